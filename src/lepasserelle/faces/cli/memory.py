"""`leindex memory`: how much running processes hold, beside how much they may; live on a terminal, once in a pipe."""

import math
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import click
import msgspec

from lepasserelle.errors import LeIndexError
from lepasserelle.faces.cli.caches import show
from lepasserelle.faces.cli.memory_text import holder_lines, statistics_lines
from lepasserelle.faces.cli.opening import json_option, open_project, project_option
from lepasserelle.faces.cli.output import is_terminal, notice, print_json
from lepasserelle.faces.cli.processes import Document, ask_each, choose, process_options
from lepasserelle.faces.cli.schema import SCHEMA_VERSION
from lepasserelle.leindex import LeIndex

if TYPE_CHECKING:
    from rich.console import RenderableType


def _no_nan(_context: click.Context, _option: click.Parameter, seconds: float) -> float:
    """A time: `nan` is within every range, and none."""
    if math.isnan(seconds):
        raise click.BadParameter("nan is no number of seconds.")
    return seconds


@click.command()
@click.option("--watch", is_flag=True, help="Go on until interrupted in a pipe too; with --json one line a document.")
@click.option("--once", is_flag=True, help="Show one moment and end, on a terminal too.")
@click.option(
    "--interval",
    type=click.FloatRange(0.1, 3600),
    default=1.0,
    callback=_no_nan,
    show_default=True,
    help="Seconds between two looks.",
)
@process_options
@project_option
@json_option
def memory(
    watch: bool,
    once: bool,
    interval: float,
    pid: int | None,
    everyone: bool,
    project: str | None,
    index_dir: str | None,
    as_json: bool,
) -> None:
    """Show limit, bound and used memory, watermarks, the state of each cache, and the last events.

    On a terminal, and with --watch, it goes on until it is interrupted (Ctrl-C), which is no error. See `leindex cache --help` for
    which processes can be reached. With --all every process that has the index open is listed too, whether it can be reached or
    not: memory of its own, shared with others, and its proportional share, of everything and of the pages of the index.
    """
    if watch and once:
        raise click.UsageError("--watch and --once exclude each other.")
    with open_project(project, index_dir) as leindex:
        if is_terminal() and not as_json and not once:
            _live(leindex, pid, interval, everyone=everyone)
            return

        said: set[str] = set()

        def look() -> bool:
            notes, answers = _look(leindex, pid, everyone=everyone, tell=notice)
            holders = _holders(leindex, answers) if everyone else None
            fresh = notes if as_json else [note for note in notes if note not in said]
            said.update(notes)
            _print(fresh, answers, holders, as_json=as_json, in_one_line=watch)
            return not any("error" in answer for answer in answers)

        if watch:
            _go_on(look, interval)
        elif not look():
            raise click.exceptions.Exit(1)


def _go_on(look: Callable[[], object], interval_s: float) -> None:
    """Until interrupted: that is how it is meant to end, so nothing is said, and the exit status is 0."""
    with suppress(KeyboardInterrupt):
        while True:
            look()
            time.sleep(interval_s)


def _look(
    leindex: LeIndex, pid: int | None, *, everyone: bool, tell: Callable[[str], None] | None = None
) -> tuple[Sequence[str], list[Document]]:
    """(notes, answers). Processes that came since are found."""
    chosen = choose(leindex, pid, everyone=everyone)
    return chosen.notes, ask_each(chosen.processes, lambda process: process.statistics(), tell)


def _holders(leindex: LeIndex, answers: Sequence[Document]) -> Document:
    """Who has the index open, this command left out, and what all of them hold of it together."""
    found = leindex.processes(answer["pid"] for answer in answers)
    told = None if found is None else [msgspec.to_builtins(one) for one in found if one.pid != os.getpid()]
    return {"holders": told, "index_pss_bytes": None if told is None else sum(one["index_pss_bytes"] for one in told)}


def _print(
    notes: Sequence[str], answers: Sequence[Document], holders: Document | None, *, as_json: bool, in_one_line: bool
) -> None:
    document = {"processes": answers, "notes": notes, **({} if holders is None else {"sharing": holders})}
    if as_json and in_one_line:
        click.echo(msgspec.json.encode({"schema_version": SCHEMA_VERSION, **document}))
    elif as_json:
        print_json(document)
    else:
        show(answers, statistics_lines, notes)
        for line in () if holders is None else holder_lines(holders):
            click.echo(line)
    sys.stdout.flush()


def _live(leindex: LeIndex, pid: int | None, interval_s: float, *, everyone: bool) -> None:
    """Until interrupted; a process that ends, or cannot be asked for a moment, is told and waited for."""
    from rich.live import Live
    from rich.text import Text

    from lepasserelle.faces.cli.memory_live import view

    def seen() -> "RenderableType":
        notes, answers = _look(leindex, pid, everyone=everyone)
        holders = holder_lines(_holders(leindex, answers)) if everyone else ()
        return view(answers, notes, "\n".join(holders))

    with suppress(KeyboardInterrupt), Live(seen(), auto_refresh=False) as live:
        while True:
            time.sleep(interval_s)
            try:
                live.update(seen(), refresh=True)
            except (LeIndexError, click.UsageError) as error:
                live.update(Text(str(error)), refresh=True)
