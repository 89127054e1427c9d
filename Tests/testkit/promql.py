"""Finds the selectors of a PromQL expression: enough of the language for checks, Prometheus parses the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass

_STRING = r'"(?:[^"\\]|\\.)*"'
_SELECTOR = re.compile(
    rf'(?:(?P<function>\w+)\s*\(\s*)?(?P<name>[a-zA-Z_:][\w:]*)\s*\{{(?P<matchers>(?:[^}}"]|{_STRING})*)\}}'
    r"(?:\[(?P<window>[^\]]+)\])?"
)
_MATCHER = re.compile(rf"(\w+)\s*(=~|!~|!=|=)\s*({_STRING})")
_GROUPING = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)")
_NAME = re.compile(r"(?<![\w$.])[a-zA-Z_:][\w:]*(?!\s*\(|[\w:])")
_WORDS = {"and", "or", "unless", "bool", "offset", "inf", "nan", "by", "on", "without", "ignoring"}


@dataclass(frozen=True)
class Selector:
    """A series asked for: its matchers, its window if it has one, and the function right around it."""

    name: str
    matchers: dict[str, tuple[str, str]]
    window: str | None
    function: str | None


def selectors(expr: str) -> list[Selector]:
    """Gives the selectors that are written with braces."""
    found = []
    for match in _SELECTOR.finditer(expr):
        matchers = {label: (operator, value[1:-1]) for label, operator, value in _MATCHER.findall(match["matchers"])}
        found.append(Selector(match["name"], matchers, match["window"], match["function"]))
    return found


def naked_names(expr: str) -> list[str]:
    """Gives the series that are asked for without any matcher."""
    rest = _SELECTOR.sub(" ", expr)
    rest = _GROUPING.sub(" ", re.sub(_STRING, " ", rest))
    return [name for name in _NAME.findall(rest) if name not in _WORDS]


def series_names(expr: str) -> set[str]:
    """Gives every series that is asked for, with matchers or without."""
    return {selector.name for selector in selectors(expr)} | set(naked_names(expr))
