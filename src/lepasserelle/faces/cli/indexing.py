"""`leindex index` and `leindex status`: making the index, and what it holds and costs."""

import gc
from collections.abc import Iterator, Mapping
from typing import TypeVar

import click

from lepasserelle.faces.cli.opening import INDEX_DIR_HELP, json_option, open_project, project_option
from lepasserelle.faces.cli.output import bytes_text, print_json, record_document
from lepasserelle.faces.cli.processes import served
from lepasserelle.faces.cli.progress import ProgressBar
from lepasserelle.leindex import Staleness
from lepasserelle.model import IndexReport, MemoryReport, Status
from lepasserelle.wording import counted, visible

Count = TypeVar("Count", int, float)


@click.command()
@click.argument("path", required=False)
@click.option("--index-dir", metavar="PATH", help=INDEX_DIR_HELP.replace("PROJECT", "PATH"))
@click.option("--workers", type=click.IntRange(1, 256), help="Child processes that parse; default: one a usable core.")
@json_option
def index(path: str | None, index_dir: str | None, workers: int | None, as_json: bool) -> None:
    """Index the project at PATH (default: the current one), or bring its index up to date.

    Only files whose content changed are parsed again. The last complete index stays readable until the new one is published,
    whatever happens.
    """
    gc.freeze()  # what was imported is never garbage, and looking through it takes as long as a look at every file's times
    with open_project(path, index_dir, workers=workers) as leindex, served(leindex), ProgressBar() as bar:
        report = leindex.index_project(progress=bar)
    if as_json:
        print_json(record_document(report))
    else:
        _print_report(report)


def _print_report(report: IndexReport) -> None:
    click.echo(
        f"generation {report.generation}: {_held(report)} in {report.seconds:.2f} s, peak memory {bytes_text(report.peak_bytes)}"
    )
    click.echo(f"parsed {report.parsed_files}, unchanged {report.reused_files}, removed {report.removed_files}")
    if report.languages:
        click.echo("languages: " + ", ".join(f"{name} {count}" for name, count in _by_count(report.languages)))
    for skipped in report.skipped:
        click.echo(f"skipped {skipped.count}: {skipped.reason} ({visible(', '.join(skipped.examples))})")
    if report.problems:
        for line in _problem_lines(report):
            click.echo(line)
    for note in report.notes:
        click.echo(f"note: {visible(note)}")


def _problem_lines(report: IndexReport) -> Iterator[str]:
    yield f"{_problems(report)}; what is around them is indexed all the same"
    for file in report.broken_files:
        more = file.problems - len(file.parts)
        for part in file.parts:
            yield f"  {visible(file.path)}:{part.line}: {visible(part.message)}"
        if more:
            yield f"  {visible(file.path)}: {more} more" if file.parts else f"  {visible(file.path)}: {file.problems}"
    if report.broken_file_count > len(report.broken_files):
        yield f"  and {counted(report.broken_file_count - len(report.broken_files), 'more file')}"


def _problems(made: IndexReport | Status) -> str:
    return f"{counted(made.problems, 'syntax problem')} in {counted(made.broken_file_count, 'file')}"


@click.command()
@project_option
@json_option
def status(project: str | None, index_dir: str | None, as_json: bool) -> None:
    """Show what is indexed, how many files are newer than the index, and what it costs in memory and on disk."""
    with open_project(project, index_dir) as leindex:
        answer = leindex.status()
    if as_json:
        print_json(record_document(answer))
    else:
        _print_status(answer)


def _print_status(answer: Status) -> None:
    click.echo(f"project     {visible(answer.project)}")
    click.echo(f"index       {visible(answer.index)}")
    if answer.generation == 0:
        click.echo("generation  none yet: run `leindex index`")
        return
    click.echo(f"generation  {answer.generation}, made {answer.indexed_at}")
    click.echo(f"holds       {_held(answer)}")
    click.echo("languages   " + ", ".join(f"{name} {count}" for name, count in _by_count(answer.languages)))
    if answer.problems:
        click.echo(f"problems    {_problems(answer)}; `leindex index` says where")
    click.echo(f"stale       {stale_text(answer)}")
    for line in memory_lines(answer.memory):
        click.echo(line)
    for note in answer.notes:
        click.echo(f"note: {visible(note)}")


def _held(made: IndexReport | Status) -> str:
    return f"{counted(made.files, 'file')}, {counted(made.symbols, 'symbol')}, {counted(made.edges, 'edge')}"


def stale_text(answer: Status | Staleness) -> str:
    """How far the working tree has moved on from the index, in words."""
    if answer.stale_files is None:
        return "unavailable"
    if answer.stale_files == 0:
        return "not known to the end in the time allowed" if answer.stale_is_lower_bound else "no file is newer than the index"
    return Staleness(answer.stale_files, answer.stale_is_lower_bound).told


def _peak_text(peak_bytes: int | None) -> str:
    """Only who indexed has seen a peak; to everybody else there is nothing to say."""
    return "" if peak_bytes is None else f", peak {bytes_text(peak_bytes)}"


def memory_lines(memory: MemoryReport) -> list[str]:
    """The memory report as lines: the process, then every part of the index, then the bytes per node."""
    lines = [
        f"memory      PSS {bytes_text(memory.pss_bytes)}, anonymous {bytes_text(memory.anonymous_bytes)}, "
        f"process tree {bytes_text(memory.tree_pss_bytes)}{_peak_text(memory.peak_tree_pss_bytes)}"
    ]
    for part in memory.parts:
        resident = bytes_text(part.resident_bytes)
        lines.append(f"  {part.name:<10}{bytes_text(part.file_bytes):>12} on disk, {resident} resident")
    if memory.bytes_per_node is not None:
        parts = ", ".join(f"{name} {count:.1f}" for name, count in _by_count(memory.node_bytes))
        lines.append(f"  {memory.bytes_per_node:.1f} bytes per graph node ({parts})")
    return lines


def _by_count(counts: Mapping[str, Count]) -> list[tuple[str, Count]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
