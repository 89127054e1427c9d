"""The table: one line a figure, its ratio to C and its bound foremost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field


@dataclass
class Bound:
    """A limit on the ratio to C, or on the figure itself."""

    limit: float
    is_floor: bool = False
    on_ratio: bool = False
    tolerance: float | None = None  # share of the limit that the figure may lie off it, either way

    def holds(self, value: float) -> bool:
        if self.tolerance is not None:
            return abs(value - self.limit) <= self.limit * self.tolerance
        return value >= self.limit if self.is_floor else value <= self.limit

    def __str__(self) -> str:
        if self.tolerance is not None:
            return f"{_figure(self.limit)} ± {self.tolerance:.0%}"
        sign = "≥" if self.is_floor else "≤"
        return f"{sign} {self.limit:g} ×" if self.on_ratio else f"{sign} {_figure(self.limit)}"


@dataclass
class Row:
    name: str
    value: float | None = None
    reference: float | None = None
    ratio: float | None = None
    bound: Bound | None = None

    @property
    def verdict(self) -> str:
        judged = self.ratio if self.bound and self.bound.on_ratio else self.value
        if self.bound is None or judged is None:
            return ""
        return "ok" if self.bound.holds(judged) else "MISSED"

    def cells(self) -> list[str]:
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        bound = "" if self.bound is None else str(self.bound)
        return [self.name, ratio, bound, self.verdict, _figure(self.value), _figure(self.reference)]


@dataclass
class Section:
    name: str
    title: str
    rows: list[Row] = field(default_factory=list)
    reference: str = "C"  # what ifinu is compared with

    def as_json(self) -> dict:
        rows = [{**asdict(row), "verdict": row.verdict} for row in self.rows]
        return {"scenario": self.name, "title": self.title, "rows": rows}


def render(section: Section) -> str:
    heads = ["", "ratio", "bound", "", "ifinu", section.reference]
    table = [heads, *(row.cells() for row in section.rows)]
    widths = [max(len(line[column]) for line in table) for column in range(len(heads))]
    lines = [_line(cells, widths) for cells in table]
    return "\n".join([f"\n{section.title}", *lines])


def _line(cells: Iterable[str], widths: list[int]) -> str:
    name, *rest = cells
    right = [cell.rjust(width) for cell, width in zip(rest, widths[1:])]
    return "  ".join([f"  {name.ljust(widths[0])}", *right]).rstrip()


def _figure(value: float | None) -> str:
    if value is None:
        return ""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
