"""`leindex graph export`: the whole graph in a form that other programs read."""

import io
import json
import sys
from pathlib import Path
from typing import TextIO, get_args

import click

from lepasserelle.faces.cli.opening import json_option, open_project, project_option
from lepasserelle.faces.cli.output import SCHEMA_VERSION
from lepasserelle.leindex import GraphFormat, LeIndex, ResolutionFilter


@click.group()
def graph() -> None:
    """The program dependence graph as a whole."""


@graph.command()
@click.option("--edges", type=click.Choice(["calls", "imports", "inherits", "reads", "writes"]), default="calls", show_default=True)
@click.option("--format", "form", type=click.Choice(get_args(GraphFormat)), default="adjacency", show_default=True)
@click.option("--resolution", type=click.Choice(get_args(ResolutionFilter)), default="inferred", show_default=True)
@click.option("--output", "-o", type=click.Path(dir_okay=False, writable=True), help="Write to this file, not to standard output.")
@project_option
@json_option
def export(
    edges: str,
    form: GraphFormat,
    resolution: ResolutionFilter,
    output: str | None,
    project: str | None,
    index_dir: str | None,
    as_json: bool,
) -> None:
    """Write the edges of one kind. *Adjacency* is one JSON object: every definition, and the sorted names that it reaches.

    Edges of a stronger resolution are included; ambiguous ones only with `--resolution all`.
    """
    with open_project(project, index_dir) as leindex:
        if output is None:
            _write(leindex, sys.stdout, edges, form, resolution, as_json=as_json)
            return
        with Path(output).open("w", encoding="utf-8") as stream:
            _write(leindex, stream, edges, form, resolution, as_json=as_json)


def _write(leindex: LeIndex, stream: TextIO, edges: str, form: GraphFormat, resolution: ResolutionFilter, *, as_json: bool) -> None:
    if not as_json:
        leindex.export_graph(stream, edges=edges, form=form, resolution=resolution)
        return
    text = io.StringIO()
    leindex.export_graph(text, edges=edges, form=form, resolution=resolution)
    graph_document = json.loads(text.getvalue()) if form == "adjacency" else text.getvalue()
    document = {"schema_version": SCHEMA_VERSION, "edges": edges, "format": form, "resolution": resolution, "graph": graph_document}
    json.dump(document, stream, indent=1)
    stream.write("\n")
