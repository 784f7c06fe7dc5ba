"""`leindex symbol`, `callers` and `callees`: questions about one name."""

from collections.abc import Sequence
from typing import get_args

import click

from lepasserelle.faces.cli.opening import json_option, open_project, project_option
from lepasserelle.faces.cli.output import notice, print_json, record_document
from lepasserelle.faces.cli.pages import answer_with_page, page_options
from lepasserelle.leindex import ResolutionFilter
from lepasserelle.model import CalleesRequest, CallersRequest, Edge, EdgeKind, FindSymbolRequest, Reached, Symbol
from lepasserelle.query.candidates import said_candidates, said_through
from lepasserelle.wording import visible

resolution_option = click.option(
    "--resolution",
    type=click.Choice(get_args(ResolutionFilter)),
    default="inferred",
    show_default=True,
    help="Weakest resolution shown: proved ones only, inferred ones too, or all with the ambiguous.",
)

depth_option = click.option(
    "--depth",
    type=click.IntRange(1, 20),
    default=1,
    show_default=True,
    help="Calls to follow: with 2 or more, everything that is reached, by distance.",
)


@click.command()
@click.argument("name")
@project_option
@page_options
@json_option
def symbol(name: str, project: str | None, index_dir: str | None, max_tokens: int | None, cursor: str, as_json: bool) -> None:
    """Show every definition called NAME: a simple name (`filter`), a part (`QuerySet.filter`) or the whole qualified name."""
    with open_project(project, index_dir) as leindex:
        if max_tokens is not None or cursor:
            answer_with_page(leindex, FindSymbolRequest, max_tokens, cursor, name=name)
            return
        found = leindex.symbols(name)
    if as_json:
        print_json({"name": name, "symbols": [record_document(one) for one in found]})
        return
    for one in found:
        _print_symbol(one)


def _print_symbol(one: Symbol) -> None:
    place = f"{visible(one.path)}:{one.start_line}-{one.end_line}" if one.path else "outside the project"
    location = click.style(place, fg="cyan")
    click.echo(f"{click.style(visible(one.symbol), bold=True)}  {one.kind}  {location}")
    if one.signature:
        click.echo(f"    {visible(one.signature)}")
    if one.documentation:
        click.echo(click.style(f"    {visible(one.documentation.splitlines()[0])}", dim=True))


@click.command()
@click.argument("name")
@resolution_option
@depth_option
@project_option
@page_options
@json_option
def callers(
    name: str,
    resolution: ResolutionFilter,
    depth: int,
    project: str | None,
    index_dir: str | None,
    max_tokens: int | None,
    cursor: str,
    as_json: bool,
) -> None:
    """Show who calls NAME, with the lines where they do and how each call was resolved."""
    with open_project(project, index_dir) as leindex:
        if max_tokens is not None or cursor:
            answer_with_page(leindex, CallersRequest, max_tokens, cursor, name=name, resolution=resolution)
            return
        edges = leindex.callers(name, resolution=resolution)
        is_counted = not edges and resolution != "all" and depth == 1 and not as_json
        perhaps = len(leindex.callers(name, resolution="all")) if is_counted else 0
        reached = leindex.calls_around(name, "in", depth, resolution) if depth > 1 else None
        notes = leindex.notes
    _print_edges(name, edges, reached, notes, as_json=as_json, shown="source", perhaps=perhaps)


@click.command()
@click.argument("name")
@resolution_option
@depth_option
@project_option
@page_options
@json_option
def callees(
    name: str,
    resolution: ResolutionFilter,
    depth: int,
    project: str | None,
    index_dir: str | None,
    max_tokens: int | None,
    cursor: str,
    as_json: bool,
) -> None:
    """Show what NAME calls, with the lines where it does and how each call was resolved."""
    with open_project(project, index_dir) as leindex:
        if max_tokens is not None or cursor:
            answer_with_page(leindex, CalleesRequest, max_tokens, cursor, name=name, resolution=resolution)
            return
        edges = leindex.callees(name, resolution=resolution)
        is_counted = not edges and resolution != "all" and depth == 1 and not as_json
        perhaps = len(leindex.callees(name, resolution="all")) if is_counted else 0
        reached = leindex.calls_around(name, "out", depth, resolution) if depth > 1 else None
        notes = leindex.notes
    _print_edges(name, edges, reached, notes, as_json=as_json, shown="target", perhaps=perhaps)


def _print_edges(
    name: str,
    edges: Sequence[Edge],
    reached: list[Reached] | None,
    notes: Sequence[str],
    *,
    as_json: bool,
    shown: str,
    perhaps: int,
) -> None:
    """`perhaps`: ambiguous edges that there are where none is asserted."""
    if as_json:
        document: dict[str, object] = {"name": name, "edges": [record_document(edge) for edge in edges], "notes": notes}
        if reached is not None:
            document["reached"] = [record_document(one) for one in reached]
        print_json(document)
        return
    for note in notes:
        notice(note)
    if reached is not None:
        _print_reached(reached)
        return
    if not edges:
        click.echo(f"none for sure, {perhaps} perhaps: see --resolution all" if perhaps else "none")
    for edge in edges:
        other = edge.source if shown == "source" else edge.target
        how = "" if edge.kind == EdgeKind.CALLS.word else f"  {edge.kind}, which runs it"
        through = said_through(edge, shown, name)
        if through:
            how += f"  through {visible(through)}"
        click.echo(f"{click.style(visible(other), bold=True)}{how}  {edge.resolution}: {visible(edge.reason)}")
        if edge.candidates:
            click.echo(f"    {visible(said_candidates(edge, 5))}")
        click.echo(click.style("    " + ", ".join(f"{visible(path)}:{line}" for path, line in edge.sites), fg="cyan"))


def _print_reached(reached: list[Reached]) -> None:
    if not reached:
        click.echo("none")
    for one in reached:
        place = click.style(f"{visible(one.path)}:{one.start_line}", fg="cyan") if one.path else ""
        test = "  test" if one.is_test else ""
        how = "" if one.how == EdgeKind.CALLS.word else f"  {one.how}, which runs it"
        name = click.style(visible(one.symbol), bold=True)
        click.echo(f"{one.distance}  {name}{how}  via {visible(one.via)}  {one.resolution}{test}  {place}")
