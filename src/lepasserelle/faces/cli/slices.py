"""`leindex slice`: what a line depends on, or what depends on it."""

from itertools import groupby

import click

from lepasserelle.errors import QueryError
from lepasserelle.faces.cli.opening import json_option, open_project, path_within, project_option
from lepasserelle.faces.cli.output import notice, print_json, record_document
from lepasserelle.faces.cli.pages import answer_with_page, page_options
from lepasserelle.model import SliceRequest
from lepasserelle.model.slices import Slice
from lepasserelle.wording import visible


@click.command(name="slice")
@click.argument("place", metavar="FILE:LINE")
@click.option("--variable", "-v", default="", metavar="NAME", help="Only the value that this has there (`total`, `self.items`).")
@click.option("--forward", is_flag=True, help="What depends on the line, instead of what it depends on.")
@click.option("--across-calls", is_flag=True, help="Go on through calls, parameters, returned values and names of files.")
@click.option("--assume-pure", is_flag=True, help="Take calls that are not followed to change nothing that they are given.")
@click.option("--depth", type=click.IntRange(0, 20), default=3, show_default=True, help="Calls between a function and the line.")
@click.option("--most-functions", type=click.IntRange(1, 10_000), default=100, show_default=True, help="Functions looked at.")
@project_option
@page_options
@json_option
def slice_(
    place: str,
    variable: str,
    forward: bool,
    across_calls: bool,
    assume_pure: bool,
    depth: int,
    most_functions: int,
    project: str | None,
    index_dir: str | None,
    max_tokens: int | None,
    cursor: str,
    as_json: bool,
) -> None:
    """Show the statements that LINE of FILE depends on, each with its reason.

    Running only these statements gives the same value at the line. A call is taken to change everything that it is given, unless it
    is followed (`--across-calls`) or taken to be harmless (`--assume-pure`).
    """
    path, line = parse_place(place)
    with open_project(project, index_dir) as leindex:
        if max_tokens is not None or cursor:
            asked = {"place": f"{path_within(path, leindex.project)}:{line}", "variable": variable, "depth": depth}
            direction = "forward" if forward else "backward"
            answer_with_page(leindex, SliceRequest, max_tokens, cursor, direction=direction, across_calls=across_calls, **asked)
            return
        found = leindex.slice(
            path_within(path, leindex.project),
            line,
            variable,
            forward=forward,
            across_calls=across_calls,
            assume_pure=assume_pure,
            depth=depth,
            most_functions=most_functions,
        )
    if as_json:
        print_json(record_document(found))
        return
    _print_slice(found)


def parse_place(place: str) -> tuple[str, int]:
    """`FILE:LINE` in two. Raises `QueryError`."""
    path, _, line = place.rpartition(":")
    if not path or not line.isdecimal():
        raise QueryError(f"{place!r} is no place; write FILE:LINE, as in shop/cart.py:12")
    return path, int(line)


def _print_slice(found: Slice) -> None:
    width = max((len(str(one.end_line)) for one in found.statements), default=1)
    for (path, symbol), statements in groupby(found.statements, key=lambda one: (one.path, one.symbol)):
        click.echo(f"{click.style(visible(path), fg='cyan')}  {click.style(visible(symbol), bold=True)}")
        for one in statements:
            lines = one.text.split("\n")
            for number, text in enumerate(lines, start=one.start_line):
                mark = click.style("  # " + visible(", ".join(one.why)), dim=True) if number == one.start_line and one.why else ""
                click.echo(f"{number:>{width}}  {visible(text, keep=chr(9))}{mark}")
    if not found.statements:
        click.echo("nothing")
    for note in found.notes:
        notice(f"note: {note}")
