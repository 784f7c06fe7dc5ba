"""`leindex graph export`: the whole graph in a form that other programs read."""

import io
import json
import sys
from functools import partial
from pathlib import Path
from typing import TextIO, cast, get_args

import click

from lepasserelle.faces.cli.opening import json_option, open_project, project_option
from lepasserelle.faces.cli.output import notice
from lepasserelle.faces.cli.schema import SCHEMA_VERSION
from lepasserelle.leindex import EdgeWord, GraphFormat, LeIndex, PictureFormat, ResolutionFilter


@click.group()
def graph() -> None:
    """The program dependence graph as a whole."""


WHOLE = get_args(GraphFormat)
NEAR = get_args(PictureFormat)


@graph.command()
@click.option(
    "--edges",
    type=click.Choice(["calls", "contains", "imports", "inherits", "reads", "writes"]),
    default="calls",
    show_default=True,
    help="Of which kind. What a definition contains is for the whole graph only.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(list(dict.fromkeys((*WHOLE, *NEAR)))),
    help="Of the whole graph adjacency (the default), graphml or dot; around a symbol svg (the default), dot, graphml or json.",
)
@click.option("--around", metavar="NAME", help="Only what is near this symbol.")
@click.option("--depth", type=click.IntRange(1, 20), default=2, show_default=True, help="Edges from the symbol of --around.")
@click.option("--most-nodes", type=click.IntRange(1, 2000), default=200, show_default=True, help="Symbols of --around at most.")
@click.option("--resolution", type=click.Choice(get_args(ResolutionFilter)), default="inferred", show_default=True)
@click.option("--output", "-o", type=click.Path(dir_okay=False, writable=True), help="Write to this file, not to standard output.")
@project_option
@json_option
def export(
    edges: EdgeWord,
    form: str | None,
    around: str | None,
    depth: int,
    most_nodes: int,
    resolution: ResolutionFilter,
    output: str | None,
    project: str | None,
    index_dir: str | None,
    as_json: bool,
) -> None:
    """Write the edges of one kind. *Adjacency* is one JSON object: every definition, and the sorted names that it reaches.

    Edges of a stronger resolution are included; ambiguous ones only with `--resolution all`. With `--around` a picture of what
    is near a symbol: what reaches it to its left, what it reaches to its right.
    """
    known = NEAR if around is not None else WHOLE
    if form is not None and form not in known:
        whole = "a neighbourhood" if around is not None else "the whole graph"
        raise click.BadParameter(f"{form} is not for {whole}: {', '.join(known)}", param_hint="'--format'")
    with open_project(project, index_dir) as leindex:
        if around is None:
            write = partial(_write, leindex, edges=edges, form=cast("GraphFormat", form or WHOLE[0]), resolution=resolution)
        else:
            shape = cast("PictureFormat", "json" if as_json and form is None else form or "svg")
            write = partial(
                _draw, leindex, name=around, edges=edges, depth=depth, form=shape, resolution=resolution, most_nodes=most_nodes
            )
        if output is None:
            write(sys.stdout, as_json=as_json)
            return
        with Path(output).open("w", encoding="utf-8") as stream:
            write(stream, as_json=as_json)


def _draw(
    leindex: LeIndex,
    stream: TextIO,
    *,
    name: str,
    edges: EdgeWord,
    depth: int,
    form: PictureFormat,
    resolution: ResolutionFilter,
    most_nodes: int,
    as_json: bool,
) -> None:
    text = io.StringIO()
    if not leindex.export_around(text, name, edges, depth, form, resolution, most_nodes):
        notice(f"note: cut at {most_nodes} symbols (--most-nodes)")
    if not as_json:
        stream.write(text.getvalue())
        return
    graph_document = json.loads(text.getvalue()) if form == "json" else text.getvalue()
    document = {"schema_version": SCHEMA_VERSION, "name": name, "edges": edges, "depth": depth, "format": form}
    json.dump({**document, "resolution": resolution, "graph": graph_document}, stream, indent=1)
    stream.write("\n")


def _write(leindex: LeIndex, stream: TextIO, *, edges: str, form: GraphFormat, resolution: ResolutionFilter, as_json: bool) -> None:
    if not as_json:
        leindex.export_graph(stream, edges=edges, form=form, resolution=resolution)
        return
    text = io.StringIO()
    leindex.export_graph(text, edges=edges, form=form, resolution=resolution)
    graph_document = json.loads(text.getvalue()) if form == "adjacency" else text.getvalue()
    document = {"schema_version": SCHEMA_VERSION, "edges": edges, "format": form, "resolution": resolution, "graph": graph_document}
    json.dump(document, stream, indent=1)
    stream.write("\n")
