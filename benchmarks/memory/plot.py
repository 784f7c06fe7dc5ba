"""Charts as SVG, without any library: series over time with marks and events, and bars in groups with their intervals.

Written for one page of results; light and dark readers see it on its own white ground.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

WIDTH, HEIGHT = 860, 420
LEFT, RIGHT, TOP, BOTTOM = 64, 150, 28, 44


@dataclass(frozen=True, slots=True)
class Series:
    """One line: (seconds, value) in order."""

    name: str
    colour: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Mark:
    """One horizontal line."""

    name: str
    colour: str
    value: float


@dataclass(frozen=True, slots=True)
class Happening:
    """A point in time on the height of a value."""

    at_s: float
    value: float
    kind: str
    colour: str


class Scale:
    """Seconds and values → places on the picture."""

    def __init__(self, last_s: float, least: float, most: float) -> None:
        self.last_s, self.least, self.most = last_s, least, most

    def x(self, at_s: float) -> float:
        """Across."""
        return LEFT + at_s / self.last_s * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        """Down."""
        return HEIGHT - BOTTOM - (value - self.least) / (self.most - self.least) * (HEIGHT - TOP - BOTTOM)


def draw(path: Path, title: str, unit: str, series: Sequence[Series], marks: Sequence[Mark], events: Sequence[Happening]) -> None:
    """Write the chart."""
    values = [value for one in series for _, value in one.points] + [mark.value for mark in marks]
    scale = Scale(max(at_s for one in series for at_s, _ in one.points), min(values) * 0.97, max(values) * 1.02)
    parts = [*_frame(title, unit, scale), *_marks(marks, scale), *_lines(series, scale), *_points(events, scale)]
    path.write_text("\n".join([*parts, "</svg>\n"]), encoding="utf-8")


def _frame(title: str, unit: str, scale: Scale) -> list[str]:
    parts = _ground(title)
    for step in range(6):
        value = scale.least + (scale.most - scale.least) * step / 5
        at_s = scale.last_s * step / 5
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{scale.y(value):.1f}" y2="{scale.y(value):.1f}" stroke="#e5e5e5"/>'
        )
        parts.append(f'<text x="{LEFT - 6}" y="{scale.y(value) + 4:.1f}" text-anchor="end">{value:.0f} {unit}</text>')
        parts.append(f'<text x="{scale.x(at_s):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{at_s:.0f} s</text>')
    return parts


def _ground(title: str) -> list[str]:
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="18" font-size="14">{escape(title)}</text>',
    ]


def _marks(marks: Sequence[Mark], scale: Scale) -> list[str]:
    parts = []
    for mark in marks:
        height = f"{scale.y(mark.value):.1f}"
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{height}" y2="{height}" stroke="{mark.colour}" stroke-dasharray="6 4"/>'
        )
        parts.append(f'<text x="{WIDTH - RIGHT + 6}" y="{height}" dy="4" fill="{mark.colour}">{escape(mark.name)}</text>')
    return parts


def _lines(series: Sequence[Series], scale: Scale) -> list[str]:
    parts = []
    for place, one in enumerate(series):
        points = " ".join(f"{scale.x(at_s):.1f},{scale.y(value):.1f}" for at_s, value in one.points)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{one.colour}" stroke-width="1.6"/>')
        parts.append(
            f'<text x="{WIDTH - RIGHT + 6}" y="{HEIGHT - BOTTOM - 16 * place}" fill="{one.colour}">― {escape(one.name)}</text>'
        )
    return parts


def _points(events: Sequence[Happening], scale: Scale) -> list[str]:
    named = dict.fromkeys((event.kind, event.colour) for event in events)
    parts = [
        f'<circle cx="{scale.x(event.at_s):.1f}" cy="{scale.y(event.value):.1f}" r="3.4" fill="{event.colour}"/>'
        for event in events
    ]
    for place, (kind, colour) in enumerate(named):
        parts.append(f'<text x="{LEFT + 8 + 110 * place}" y="{HEIGHT - 8}" fill="{colour}">● {escape(kind)}</text>')
    return parts


@dataclass(frozen=True, slots=True)
class Bar:
    """One value of a group, with the ends of its interval where it has one."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None


def draw_bars(path: Path, title: str, unit: str, groups: Sequence[tuple[str, Sequence[Bar]]], colours: Mapping[str, str]) -> None:
    """Write a chart of bars; `colours` by name of a bar, in the order of the legend. Bars stand on 0, also negative ones."""
    bars = [bar for _, members in groups for bar in members]
    ends = [end for bar in bars for end in (bar.value, bar.low, bar.high) if end is not None]
    scale = Scale(1.0, min(0.0, *ends) * 1.05, max(0.0, *ends) * 1.05)
    parts = [*_grid(title, unit, scale)]
    width = (WIDTH - LEFT - RIGHT) / len(groups)
    for number, (label, members) in enumerate(groups):
        left, step = LEFT + number * width, width * 0.84 / len(members)
        for place, bar in enumerate(members):
            parts += _bar(bar, left + width * 0.08 + place * step, step * 0.88, scale, colours[bar.name])
        parts.append(f'<text x="{left + width / 2:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{escape(label)}</text>')
    for place, (name, colour) in enumerate(colours.items()):
        parts.append(f'<text x="{WIDTH - RIGHT + 6}" y="{TOP + 12 + 16 * place}" fill="{colour}">■ {escape(name)}</text>')
    path.write_text("\n".join([*parts, "</svg>\n"]), encoding="utf-8")


def _grid(title: str, unit: str, scale: Scale) -> list[str]:
    parts = _ground(title)
    for step in range(6):
        value = scale.least + (scale.most - scale.least) * step / 5
        height = f"{scale.y(value):.1f}"
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{height}" y2="{height}" stroke="#e5e5e5"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{height}" dy="4" text-anchor="end">{value:.1f} {unit}</text>')
    zero = f"{scale.y(0.0):.1f}"
    return [*parts, f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{zero}" y2="{zero}" stroke="#666666"/>']


def _bar(bar: Bar, left: float, width: float, scale: Scale, colour: str) -> list[str]:
    top, bottom = sorted((scale.y(bar.value), scale.y(0.0)))
    parts = [f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{bottom - top:.1f}" fill="{colour}"/>']
    if bar.low is not None and bar.high is not None:
        middle, low, high = left + width / 2, scale.y(bar.low), scale.y(bar.high)
        parts.append(f'<path d="M{middle:.1f} {low:.1f}V{high:.1f}" stroke="#222222" stroke-width="1.4"/>')
    return parts
