"""The names of the series that an expression reads."""

from __future__ import annotations

import re

STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
SELECTOR_OR_RANGE = re.compile(r"\{[^}]*\}|\[[^\]]*\]")
LABEL_LIST = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)")
OFFSET = re.compile(r"\boffset\s+-?\w+")
NAME = re.compile(r"(?<![\w.:])[a-zA-Z_:][\w:]*(?!\s*\(|[\w:])")
KEYWORDS = {"and", "or", "unless", "bool", "inf", "nan"}


def series_names(expression: str) -> set[str]:
    """Every metric's name in an expression that promtool takes."""
    for part in (STRING, SELECTOR_OR_RANGE, LABEL_LIST, OFFSET):
        expression = part.sub(" ", expression)
    return {name for name in NAME.findall(expression) if name.lower() not in KEYWORDS}
