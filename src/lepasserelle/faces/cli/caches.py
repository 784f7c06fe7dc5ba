"""`leindex cache …`: what the caches of running processes hold, and having them go, come back or be loaded ahead of need."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, get_args

import click
import msgspec

from lepasserelle.faces.cli.memory_text import check_lines, reload_lines, spill_lines, statistics_lines, warm_lines
from lepasserelle.faces.cli.opening import json_option, open_project, project_option
from lepasserelle.faces.cli.output import bytes_text, notice, print_json, record_document
from lepasserelle.faces.cli.processes import Document, Part, Process, ReloadPart, ask_each, choose, process_options
from lepasserelle.faces.cli.tiers_text import memory_tier_lines, tier_lines
from lepasserelle.memory import WarmStrategy

Lines = Callable[[Mapping[str, Any]], Iterator[str]]


@click.group()
def cache() -> None:
    """Show and steer the caches of running processes: graph (pdg), search index (vectors) and answers (analysis).

    Caches belong to processes. A command reaches those of the same user that have the index open and listen: long-running commands,
    and programs that opened it with `LeIndex(…, control=True)`. Where none runs, it is about its own process and the files.
    """


@cache.command()
@process_options
@project_option
@json_option
def stats(pid: int | None, everyone: bool, project: str | None, index_dir: str | None, as_json: bool) -> None:
    """Show what each cache holds, and what happened to it."""
    _ask(lambda process: process.statistics(), statistics_lines, pid, project, index_dir, everyone=everyone, as_json=as_json)


@cache.command()
@click.argument("part", type=click.Choice(get_args(Part), case_sensitive=False), default="all")
@click.option("--cold", is_flag=True, help="Have the system forget the files, too, as far as no other process maps them.")
@process_options
@project_option
@json_option
def spill(
    part: Part, cold: bool, pid: int | None, everyone: bool, project: str | None, index_dir: str | None, as_json: bool
) -> None:
    """Have a cache give its memory back; the next question that needs it brings it back by itself."""
    _ask(lambda process: process.spill(part, cold=cold), spill_lines, pid, project, index_dir, everyone=everyone, as_json=as_json)


@cache.command()
@click.argument("part", type=click.Choice(get_args(ReloadPart), case_sensitive=False), default="all")
@process_options
@project_option
@json_option
def reload(part: ReloadPart, pid: int | None, everyone: bool, project: str | None, index_dir: str | None, as_json: bool) -> None:
    """Bring graph and search index back into memory, whatever room there is; what is damaged is mended first."""
    _ask(lambda process: process.reload(part), reload_lines, pid, project, index_dir, everyone=everyone, as_json=as_json)


@cache.command()
@click.argument("strategy", type=click.Choice([one.value for one in WarmStrategy], case_sensitive=False), default="all")
@process_options
@project_option
@json_option
def warm(strategy: str, pid: int | None, everyone: bool, project: str | None, index_dir: str | None, as_json: bool) -> None:
    """Load caches ahead of need, never beyond the low mark.

    STRATEGY says which, and in which order: all (graph, then search index), pdg_only, search_index_only, recent_first (what was
    used last comes first), or predicted (what the log of questions says will be touched next).
    """
    _ask(lambda process: process.warm(strategy), warm_lines, pid, project, index_dir, everyone=everyone, as_json=as_json)


@cache.command()
@project_option
@json_option
def verify(project: str | None, index_dir: str | None, as_json: bool) -> None:
    """Read everything that caches are brought back from, and say what is damaged; exit status 1 when anything is.

    Read too is what lestockage holds of every file: its facts, terms and text, and the rows of its symbols and edges for other
    tools. Damaged answers are put into quarantine at once; the next question builds a damaged segment again, the next
    `leindex index` what is damaged in lestockage.
    """
    with open_project(project, index_dir) as leindex:
        found = leindex.verify_caches()
    if as_json:
        print_json({**record_document(found), "is_whole": found.is_whole})
    else:
        for line in check_lines(found):
            click.echo(line)
    if not found.is_whole:
        raise click.exceptions.Exit(1)


@cache.command()
@process_options
@project_option
@json_option
def tiers(pid: int | None, everyone: bool, project: str | None, index_dir: str | None, as_json: bool) -> None:
    """Show what lies where and why: in the memory of running processes (L1), and in the folders of stored answers (L2, L3)."""
    with open_project(project, index_dir) as leindex:
        chosen = choose(leindex, pid, everyone=everyone)
        answers = ask_each(chosen.processes, lambda process: process.statistics(0))
        folders = [msgspec.to_builtins(tier) for tier in leindex.tiers()]
    if as_json:
        print_json({"processes": answers, "tiers": folders, "notes": chosen.notes})
    else:
        show(answers, memory_tier_lines, chosen.notes)
        for line in (line for folder in folders for line in tier_lines(folder)):
            click.echo(line)
    if any("error" in answer for answer in answers):
        raise click.exceptions.Exit(1)


@cache.command()
@project_option
@json_option
def clear(project: str | None, index_dir: str | None, as_json: bool) -> None:
    """Remove the stored answers of the project from disk. The index and what processes hold in memory stay."""
    with open_project(project, index_dir) as leindex:
        freed_bytes = leindex.clear_cache_store()
    if as_json:
        print_json({"freed_bytes": freed_bytes})
    else:
        click.echo(f"{bytes_text(freed_bytes)} freed")


def _ask(
    question: Callable[[Process], Document],
    lines: Lines,
    pid: int | None,
    project: str | None,
    index_dir: str | None,
    *,
    everyone: bool,
    as_json: bool,
) -> None:
    with open_project(project, index_dir) as leindex:
        chosen = choose(leindex, pid, everyone=everyone)
        answers = ask_each(chosen.processes, question)
    if as_json:
        print_json({"processes": answers, "notes": chosen.notes})
    else:
        show(answers, lines, chosen.notes)
    if any("error" in answer or _failed(answer) for answer in answers):
        raise click.exceptions.Exit(1)


def _failed(answer: Document) -> bool:
    """Whether a cache, or some of it, could not go."""
    return any(report.get("outcome") == "failed" or report.get("error") for report in answer.get("spilled", ()))


def show(answers: Sequence[Document], lines: Lines, notes: Sequence[str]) -> None:
    """Answers on standard output, what could not be asked and notes on standard error."""
    for note in notes:
        notice(f"note: {note}")
    for answer in answers:
        if "error" in answer:
            notice(f"leindex: {answer['error']}")
            continue
        for line in lines(answer):
            click.echo(line)
