"""Bounded answers on a terminal: `--max-tokens` and `--cursor`, and the page as it is.

The text is the one that a tool of the MCP server gives, so that an agent with a shell and no protocol has the same.
"""

from collections.abc import Callable
from functools import wraps

import click

from lepasserelle.leindex import LeIndex
from lepasserelle.model import LEAST_TOKENS, MOST_TOKENS, Page, Request, request_from
from lepasserelle.wording import visible

Command = Callable[..., None]


def page_options(command: Command) -> Command:
    """`--max-tokens N` and `--cursor C`, which cut the text and not the records of `--json`: both together are refused."""

    @wraps(command)
    def checked(*, max_tokens: int | None, cursor: str, as_json: bool, **asked: object) -> None:
        if as_json and (max_tokens is not None or cursor):
            raise click.UsageError("--json gives all records; --max-tokens and --cursor cut the text. Leave out one or the other")
        command(max_tokens=max_tokens, cursor=cursor, as_json=as_json, **asked)

    return budget_options(checked)


def budget_options(command: Command) -> Command:
    """The same for a command whose records keep to the budget, too."""
    command = click.option("--cursor", default="", metavar="CURSOR", help="Go on after a cut answer; all else as it was asked.")(
        command
    )
    return click.option(
        "--max-tokens",
        type=click.IntRange(LEAST_TOKENS, MOST_TOKENS),
        metavar="N",
        help="Answer compactly, in at most N tokens, as the tools of the MCP server do.",
    )(command)


def line_options(command: Command) -> Command:
    """`--ignore-case` and `--word`."""
    word = click.option("--word", "-w", "whole_word", is_flag=True, help="Only where no letter, digit or _ stands beside.")
    return click.option("--ignore-case", "-i", is_flag=True, help="Letters in either case.")(word(command))


def answer_with_page(leindex: LeIndex, asks: type[Request], max_tokens: int | None, cursor: str, **asked: object) -> None:
    """Print the page that answers a request. Without a budget it is as long as a page may be."""
    values = {"max_tokens": MOST_TOKENS if max_tokens is None else max_tokens, "cursor": cursor, **asked}
    print_page(leindex.answer(request_from(values, asks)))


def print_page(page: Page) -> None:
    """The text, each line as a terminal only shows it."""
    for line in page.text.split("\n"):
        click.echo(visible(line, keep="\t"))
