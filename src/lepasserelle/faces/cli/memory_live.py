"""The live view of `leindex memory` on a terminal, laid out by rich. Asks nobody; draws what it is given."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from lepasserelle.faces.cli.memory_text import (
    event_line,
    limit_text,
    monitor_text,
    sums_text,
    system_text,
    time_text,
    title,
)
from lepasserelle.faces.cli.output import bytes_text

Document = Mapping[str, Any]

_BAR_CELLS: Final = 60
_EVENTS: Final = 8
_STATES: Final = {"hot": "green", "warm": "yellow", "cold": "blue", "frozen": "blue", "absent": "dim"}


def view(answers: Sequence[Document], notes: Sequence[str], sharing: str = "") -> RenderableType:
    """All processes under each other, then who shares the index, then the notes."""
    panels: list[RenderableType] = [_panel(answer) for answer in answers]
    panels += [Panel(Text(sharing))] if sharing else []
    return Group(*panels, *(Text(f"note: {note}", style="dim") for note in notes))


def _panel(answer: Document) -> RenderableType:
    if "error" in answer:
        return Panel(Text(answer["error"]), title=f"process {answer['pid']}", border_style="red")
    memory = answer["memory"]
    caches = answer["caches"]
    parts: list[RenderableType] = [bar(memory), _figures(memory), _caches(caches), Text(sums_text(caches), style="dim")]
    parts += [Text(event_line(event)) for event in answer["events"][-_EVENTS:]]
    return Panel(Group(*parts), title=f"{title(answer)}  {answer['project']}", title_align="left")


def bar(memory: Document, cells: int = _BAR_CELLS) -> Text:
    """Usage as a part of the limit: bound memory full, resident pages of files half, and a line at each mark."""
    limit_bytes = memory["limit_bytes"]
    if not limit_bytes:
        return Text("limit unavailable", style="dim")
    marks = {_cell(memory[name], limit_bytes, cells): style for name, style in _MARKS}
    bound, usage = (_cell(memory[name], limit_bytes, cells) for name in ("bound_bytes", "usage_bytes"))
    text = Text()
    for cell in range(cells):
        sign = "█" if cell < bound else "▒" if cell < usage else "│" if cell in marks else "·"
        text.append(sign, style=marks.get(cell, _fill_style(memory)) if cell >= usage else _fill_style(memory))
    return text.append(f"  {memory['usage_bytes'] / limit_bytes:.0%} of {bytes_text(limit_bytes)}")


_MARKS: Final = (("low_bytes", "green"), ("high_bytes", "yellow"), ("hard_bytes", "red"))


def _fill_style(memory: Document) -> str:
    for name, style in reversed(_MARKS):
        if memory["usage_bytes"] >= memory[name]:
            return style
    return "cyan"


def _cell(size_bytes: int, limit_bytes: int, cells: int) -> int:
    return min(cells, int(size_bytes / limit_bytes * cells))


def _figures(memory: Document) -> Table:
    table = Table.grid(padding=(0, 2))
    reserved = ", ".join(f"{tag} {bytes_text(size)}" for tag, size in sorted(memory["reservations"].items()))
    marks = " / ".join(bytes_text(memory[name]) for name, _ in _MARKS)
    held = f"{bytes_text(memory['bound_bytes'])} / {bytes_text(memory['usage_bytes'])}, {memory['level']}"
    caches = f"{bytes_text(memory['cache_bytes'])} of at most {bytes_text(memory['max_cache_bytes'])}"
    for name, told in (
        ("limit", limit_text(memory)),
        ("low / high / hard mark", marks),
        ("bound / usage", held),
        ("host", bytes_text(memory["host_bytes"])),
        ("caches", caches),
        ("reserved", f"{bytes_text(memory['reserved_bytes'])}{' for ' + reserved if reserved else ''}"),
        ("system", system_text(memory)),
        ("monitor", monitor_text(memory["watch"])),
    ):
        table.add_row(Text(name, style="bold"), Text(told))
    return table


def _caches(caches: Document) -> Table:
    """Narrow enough for 80 columns. Behind the reloads what the last one took, behind the spills what all of them gave back."""
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 1, 0, 0))
    for column, name in enumerate(("cache", "state", "in memory", "on disk", "hits", "misses", "reloads", "spills")):
        table.add_column(name, justify="left" if column < 2 else "right", no_wrap=True)
    for one in caches["caches"]:
        table.add_row(
            one["name"],
            Text(one["state"], style=_STATES.get(one["state"], "")),
            bytes_text(one["resident_bytes"]),
            bytes_text(one["file_bytes"]),
            str(one["hits"]),
            str(one["misses"]),
            f"{one['reloads']}, {time_text(one['last_reload_ms'])}" if one["reloads"] else "0",
            f"{one['spills']}, {bytes_text(one['given_back_bytes'])}" if one["spills"] else "0",
        )
    return table
