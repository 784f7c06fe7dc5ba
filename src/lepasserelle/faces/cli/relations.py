"""`leindex path`, `cycles`, `unreferenced` and `hotspots`: questions about the graph as a whole."""

from typing import get_args

import click

from lepasserelle.faces.cli.opening import json_option, open_project, project_option
from lepasserelle.faces.cli.output import notice, print_json, record_document
from lepasserelle.faces.cli.symbols import resolution_option
from lepasserelle.leindex import CycleWord, EdgeWord, ResolutionFilter
from lepasserelle.model.relations import PathStep
from lepasserelle.wording import visible


@click.command()
@click.argument("start", metavar="FROM")
@click.argument("end", metavar="TO")
@click.option("--edges", type=click.Choice(get_args(EdgeWord)), default="calls", show_default=True, help="What leads on.")
@resolution_option
@project_option
@json_option
def path(
    start: str, end: str, edges: EdgeWord, resolution: ResolutionFilter, project: str | None, index_dir: str | None, as_json: bool
) -> None:
    """Show a shortest way from FROM to TO, with the line of each step. Exit status 1 when there is none."""
    with open_project(project, index_dir) as leindex:
        found = leindex.path(start, end, edges, resolution)
    if as_json:
        print_json(record_document(found))
    elif found.is_found:
        click.echo(click.style(visible(found.steps[0].source), bold=True))
        _print_steps(found.steps)
    else:
        notice(f"no way from {start} to {end} along {edges}")
    if not found.is_found:
        raise click.exceptions.Exit(1)


def _print_steps(steps: tuple[PathStep, ...]) -> None:
    for step in steps:
        place = click.style(f"{visible(step.path)}:{step.line}", fg="cyan")
        click.echo(
            f"  {step.kind} {click.style(visible(step.target), bold=True)}  {step.resolution}: {visible(step.reason)}  {place}"
        )


@click.command()
@click.option("--edges", type=click.Choice(get_args(CycleWord)), default="imports", show_default=True, help="What leads on.")
@click.option("--limit", "-n", type=click.IntRange(1, 10_000), default=20, show_default=True, help="Cycles at most.")
@resolution_option
@project_option
@json_option
def cycles(
    edges: CycleWord, limit: int, resolution: ResolutionFilter, project: str | None, index_dir: str | None, as_json: bool
) -> None:
    """Show files that import each other, or definitions that call each other, the largest groups first."""
    with open_project(project, index_dir) as leindex:
        found = leindex.cycles(edges, resolution, limit)
    if as_json:
        print_json({"edges": edges, "cycles": [record_document(one) for one in found]})
        return
    if not found:
        click.echo("none")
    for one in found:
        click.echo(
            f"{len(one.symbols)}: {click.style(visible(', '.join(one.symbols[:10])), bold=True)}{', …' * (len(one.symbols) > 10)}"
        )
        _print_steps(one.steps)


@click.command()
@click.option("--exported", is_flag=True, help="Also what is public by its language's rule, which others may use.")
@project_option
@json_option
def unreferenced(exported: bool, project: str | None, index_dir: str | None, as_json: bool) -> None:
    """Show definitions that nothing in the project names, not even perhaps.

    A name counts wherever it stands in code, in a string that is nothing else or in a file of settings, unless another
    definition is surely meant; in comments and prose it does not. Tests, generated code, overriding methods and names that a
    language calls by itself are left out, and so is what Python's standard library calls on classes below its own. What other
    packages call so, and names that are put together at run time, are not seen.
    """
    with open_project(project, index_dir) as leindex:
        found = leindex.unreferenced(exported)
    if as_json:
        print_json({"unreferenced": [record_document(one) for one in found]})
        return
    if not found:
        click.echo("none")
    for one in found:
        place = click.style(f"{visible(one.path)}:{one.start_line}-{one.end_line}", fg="cyan")
        marks = "".join(f"  {word}" for word, holds in (("exported", one.is_exported), ("decorated", one.is_entry)) if holds)
        click.echo(f"{click.style(visible(one.symbol), bold=True)}  {one.kind}  {place}{marks}")


@click.command()
@click.option("--limit", "-n", type=click.IntRange(1, 10_000), default=20, show_default=True, help="Functions at most.")
@project_option
@json_option
def hotspots(limit: int, project: str | None, index_dir: str | None, as_json: bool) -> None:
    """Show the functions where use, complexity and change meet, the hottest first.

    The score is the product of PageRank over calls, cyclomatic complexity and commits that changed the file, each divided by the
    project's largest. Without a history that git can read the last one does not count.
    """
    with open_project(project, index_dir) as leindex:
        found = leindex.hotspots(limit)
    if as_json:
        print_json({"hotspots": [record_document(one) for one in found]})
        return
    if found and found[0].changes is None:
        notice("note: no history that git can read; change does not count")
    for one in found:
        changes = "" if one.changes is None else f"  changes {one.changes}"
        place = click.style(f"{visible(one.path)}:{one.start_line}-{one.end_line}", fg="cyan")
        figures = f"complexity {one.complexity}  centrality {one.centrality:.3f}{changes}"
        click.echo(f"{one.score:.4f}  {click.style(visible(one.symbol), bold=True)}  {place}  {figures}")
