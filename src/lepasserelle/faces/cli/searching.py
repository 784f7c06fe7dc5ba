"""`leindex search`: a question in, places in the code out."""

from typing import get_args

import click

from lepasserelle.faces.cli.opening import json_option, open_project, project_option
from lepasserelle.faces.cli.output import console, is_terminal, notice, print_json, record_document
from lepasserelle.faces.cli.pages import answer_with_page, line_options, page_options
from lepasserelle.faces.cli.progress import ProgressBar
from lepasserelle.leindex import SearchMode
from lepasserelle.model import LINE_MODES, MOST_QUESTION_CHARS, Remarks, SearchHit, SearchRequest
from lepasserelle.query.line_hits import hits_document
from lepasserelle.wording import visible


@click.command()
@click.argument("query")
@project_option
@click.option("--limit", "-n", type=click.IntRange(1, 1000), default=10, show_default=True, help="Hits at most.")
@click.option("--all", "flat", is_flag=True, help="Every place by itself; else further places of a file are named under its best.")
@click.option(
    "--mode", type=click.Choice(get_args(SearchMode)), default="hybrid", show_default=True, help="Signals that take part."
)
@click.option("--language", help="Only this language (`python`, `typescript`, `markdown`, …).")
@click.option("--kind", help="Only this kind of node (`function`, `class`, `method`, `section`, …).")
@click.option("--path", "path_glob", metavar="GLOB", help="Only paths that match (`src/**/*.py`).")
@line_options
@page_options
@json_option
def search(
    query: str,
    project: str | None,
    index_dir: str | None,
    limit: int,
    flat: bool,
    mode: SearchMode,
    language: str | None,
    kind: str | None,
    path_glob: str | None,
    ignore_case: bool,
    whole_word: bool,
    max_tokens: int | None,
    cursor: str,
    as_json: bool,
) -> None:
    """Find the places in the code that answer QUERY, best first.

    QUERY is a symbol (`QuerySet.filter`) or a question in words (`where are sessions validated`). A project without an index is
    indexed first. With `--mode literal` or `regex` every line with a match is shown, by path and line, `--limit` left aside.
    """
    with open_project(project, index_dir) as leindex:
        if as_json and (ignore_case or whole_word):
            raise click.UsageError("with --json, `leindex grep` knows --ignore-case and --word")
        is_cut = bool(cursor) or max_tokens is not None or mode in LINE_MODES or ignore_case or whole_word
        if is_cut and not as_json:
            filters = {"language": language, "kind": kind, "path": path_glob, "flat": flat}
            how = {"ignore_case": ignore_case, "whole_word": whole_word}
            answer_with_page(leindex, SearchRequest, max_tokens, cursor, query=query, mode=mode, limit=limit, **filters, **how)
            return
        with ProgressBar() as bar:
            hits = leindex.search(query, limit, mode=mode, language=language, kind=kind, path=path_glob, progress=bar, flat=flat)
        notes, staleness = leindex.notes, leindex.staleness()
        left_out = leindex.left_out() if mode in LINE_MODES else {}
    if as_json and mode in LINE_MODES:
        newer = Remarks("", staleness.stale_files, staleness.stale_is_lower_bound)
        print_json(hits_document(query, mode, hits, newer, left_out, notes))
        return
    if as_json:
        print_json(
            {
                "query": query,
                "read_chars": min(len(query), MOST_QUESTION_CHARS),
                "mode": mode,
                "hits": [record_document(hit) for hit in hits],
                "stale_files": staleness.stale_files,
                "stale_is_lower_bound": staleness.stale_is_lower_bound,
                "notes": notes,
            }
        )
        return
    for note in notes:
        if note != staleness.told:
            notice(f"note: {note}")
    _print_hits(hits)
    if staleness.told:
        notice(staleness.told)


def _print_hits(hits: list[SearchHit]) -> None:
    if not hits:
        click.echo("nothing found")
    for place, hit in enumerate(hits, start=1):
        below = f", line {hit.line_below}" if hit.line_below else ""
        location = f"{visible(hit.path)}:{hit.start_line}-{hit.end_line}{below}"
        click.echo(f"{place}. {click.style(visible(hit.symbol), bold=True)}  {hit.kind}  {click.style(location, fg='cyan')}")
        click.echo(click.style(f"   {visible(', '.join(hit.why))}", dim=True))
        if hit.also:
            click.echo(f"   also {visible(_also_text(hit))}")
        _print_snippet(hit)


def _also_text(hit: SearchHit) -> str:
    return ", ".join(f"{place.path or place.symbol}:{place.start_line}-{place.end_line}" for place in hit.also)


def _print_snippet(hit: SearchHit) -> None:
    lines = [visible(line, keep="\t") for line in hit.snippet.splitlines()]
    if is_terminal():
        from rich.padding import Padding
        from rich.syntax import Syntax

        console().print(Padding(Syntax("\n".join(lines), hit.language, background_color="default"), (0, 0, 1, 4)))
        return
    for line in lines:
        click.echo(f"    {line}" if line else "")
    click.echo()
