"""`leindex context`, `outline`, `read`, `grep` and `impact`: code around a question, a place or a name, in bounded answers."""

from typing import Any

import click
import msgspec

from lepasserelle.faces.cli.opening import json_option, open_project, path_within, project_option
from lepasserelle.faces.cli.output import notice, print_json
from lepasserelle.faces.cli.pages import answer_with_page, budget_options, line_options, page_options
from lepasserelle.faces.cli.progress import ProgressBar
from lepasserelle.faces.cli.symbols import resolution_option
from lepasserelle.leindex import ResolutionFilter
from lepasserelle.model import ContextRequest, ImpactRequest, OutlineRequest, ReadRequest, Remarks, SearchRequest
from lepasserelle.query.line_page import line_document

_CONTEXT_TOKENS = 4000


@click.command()
@click.argument("question")
@project_option
@click.option("--language", help="Only this language (`python`, `typescript`, `markdown`, …).")
@click.option("--kind", help="Only this kind of node (`function`, `class`, `method`, `section`, …).")
@click.option("--path", "path_glob", metavar="GLOB", help="Only paths that match (`src/**/*.py`).")
@budget_options
@json_option
def context(
    question: str,
    project: str | None,
    index_dir: str | None,
    language: str | None,
    kind: str | None,
    path_glob: str | None,
    max_tokens: int | None,
    cursor: str,
    as_json: bool,
) -> None:
    """Gather the code that answers QUESTION and what is near to it in the graph, whole, or as heads where that does not fit.

    Takes 4000 tokens unless `--max-tokens` says otherwise. A project without an index is indexed first.
    """
    budget = _CONTEXT_TOKENS if max_tokens is None else max_tokens
    with open_project(project, index_dir) as leindex, ProgressBar() as bar:
        if as_json:
            print_json(_document(leindex.analyze(question, budget, language, kind, path_glob, progress=bar)))
            return
        answer_with_page(leindex, ContextRequest, budget, cursor, question=question, language=language, kind=kind, path=path_glob)
        told = leindex.staleness().told
        for note in leindex.notes:
            if note != told:  # that the page says
                notice(f"note: {note}")


@click.command()
@click.argument("path", default="")
@project_option
@page_options
@json_option
def outline(path: str, project: str | None, index_dir: str | None, max_tokens: int | None, cursor: str, as_json: bool) -> None:
    """Show what a file defines, or what a folder holds.

    PATH is relative to the working folder or to the project; without it the project is shown.
    """
    with open_project(project, index_dir) as leindex:
        inside = path_within(path, leindex.project)
        if as_json:
            print_json(_document(leindex.outline(inside)))
        else:
            answer_with_page(leindex, OutlineRequest, max_tokens, cursor, path=inside)


@click.command()
@click.argument("target")
@project_option
@page_options
@json_option
def read(target: str, project: str | None, index_dir: str | None, max_tokens: int | None, cursor: str, as_json: bool) -> None:
    """Show the indexed text of TARGET: a symbol (`QuerySet.filter`), `PATH:FIRST-LAST` or `PATH`.

    A definition comes with its place in the graph: what it is in, overrides, calls and is called by.
    """
    with open_project(project, index_dir) as leindex:
        path, colon, lines = target.rpartition(":")
        inside = f"{path_within(path, leindex.project)}:{lines}" if colon and path else path_within(target, leindex.project)
        if as_json:
            print_json(_document(leindex.read(inside)))
        else:
            answer_with_page(leindex, ReadRequest, max_tokens, cursor, target=inside)


@click.command()
@click.argument("text")
@project_option
@click.option("--language", help="Only this language (`python`, `typescript`, `markdown`, …).")
@click.option("--path", "path_glob", metavar="GLOB", help="Only paths that match (`src/**/*.py`).")
@click.option("--regex", "-e", "is_regex", is_flag=True, help="TEXT is a regular expression (RE2), matched within a line.")
@line_options
@page_options
@json_option
def grep(
    text: str,
    project: str | None,
    index_dir: str | None,
    language: str | None,
    path_glob: str | None,
    is_regex: bool,
    ignore_case: bool,
    whole_word: bool,
    max_tokens: int | None,
    cursor: str,
    as_json: bool,
) -> None:
    """Show every indexed line that holds exactly TEXT, or with `-e` a match of it: `search --mode literal` or `regex`."""
    how = {"ignore_case": ignore_case, "whole_word": whole_word}
    with open_project(project, index_dir) as leindex:
        if as_json:
            found = leindex.find_text(text, path_glob, language, is_regex=is_regex, **how)
            notes, staleness = leindex.notes, leindex.staleness()
            stale = Remarks("", staleness.stale_files, staleness.stale_is_lower_bound)
            print_json(line_document(text, found, stale, leindex.left_out(), notes))
        else:
            mode = "regex" if is_regex else "literal"
            filters = {"language": language, "path": path_glob, **how}
            answer_with_page(leindex, SearchRequest, max_tokens, cursor, query=text, mode=mode, **filters)


@click.command()
@click.argument("name")
@click.option("--depth", type=click.IntRange(1, 20), default=3, show_default=True, help="Steps to follow from caller to caller.")
@resolution_option
@project_option
@page_options
@json_option
def impact(
    name: str,
    depth: int,
    resolution: ResolutionFilter,
    project: str | None,
    index_dir: str | None,
    max_tokens: int | None,
    cursor: str,
    as_json: bool,
) -> None:
    """Show what a change of NAME could reach: callers of callers, subclasses, overriding methods, users of a variable, tests.

    How many definitions besides use it perhaps is said; `--resolution all` shows them.
    """
    with open_project(project, index_dir) as leindex:
        if as_json:
            print_json(_document(leindex.impact(name, depth, resolution)))
        else:
            answer_with_page(leindex, ImpactRequest, max_tokens, cursor, name=name, depth=depth, resolution=resolution)


def _document(record: msgspec.Struct) -> dict[str, Any]:
    document: dict[str, Any] = msgspec.to_builtins(record)
    return document
