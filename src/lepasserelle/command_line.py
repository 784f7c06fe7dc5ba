"""The command `leindex` as click knows it: which face handles which word of the command line.

Faces are named here and imported only when one of their commands runs, so that `leindex --help` costs an interpreter and click, and
a search never pays for a face it does not use. Faces do not import each other. Not here: the words that must not even pay for click
(`__main__`).
"""

import errno
import os
import sys
import warnings
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Final, NoReturn, TextIO

import click

from lepasserelle.errors import LeIndexError
from lepasserelle.loading import interrupts_raise
from lepasserelle.sparing import load_sparingly

COMMANDS: Final[Mapping[str, tuple[str, str]]] = {
    "index": ("lepasserelle.faces.cli.indexing:index", "Index a project, or bring its index up to date."),
    "search": ("lepasserelle.faces.cli.searching:search", "Find the code that answers a question or holds a name."),
    "symbol": ("lepasserelle.faces.cli.symbols:symbol", "Show every definition with a name."),
    "callers": ("lepasserelle.faces.cli.symbols:callers", "Show who calls a symbol, and where."),
    "callees": ("lepasserelle.faces.cli.symbols:callees", "Show what a symbol calls, and where."),
    "slice": ("lepasserelle.faces.cli.slices:slice_", "Show the statements that a line depends on, or that depend on it."),
    "impact": ("lepasserelle.faces.cli.looking:impact", "Show what a change of a symbol could reach."),
    "context": ("lepasserelle.faces.cli.looking:context", "Gather the code that answers a question, within a budget of tokens."),
    "outline": ("lepasserelle.faces.cli.looking:outline", "Show what a file defines, or what a folder holds."),
    "read": ("lepasserelle.faces.cli.looking:read", "Show a symbol or lines, with their place in the graph."),
    "grep": ("lepasserelle.faces.cli.looking:grep", "Show every line that holds some text, or matches a pattern."),
    "path": ("lepasserelle.faces.cli.relations:path", "Show a shortest way from one symbol to another."),
    "cycles": ("lepasserelle.faces.cli.relations:cycles", "Show files that import each other, or functions that call each other."),
    "unreferenced": ("lepasserelle.faces.cli.relations:unreferenced", "Show definitions that nothing in the project names."),
    "hotspots": ("lepasserelle.faces.cli.relations:hotspots", "Show functions where use, complexity and change meet."),
    "graph": ("lepasserelle.faces.cli.graphs:graph", "Export the program dependence graph."),
    "status": ("lepasserelle.faces.cli.indexing:status", "Show what is indexed, how fresh it is and what it costs."),
    "memory": ("lepasserelle.faces.cli.memory:memory", "Show how much memory running processes hold, and may."),
    "cache": ("lepasserelle.faces.cli.caches:cache", "Show, spill, reload, warm, verify and clear the caches."),
    "mcp": ("lepasserelle.faces.mcp.command:mcp", "Serve coding agents by the Model Context Protocol, and set them up."),
}
"""Command word → (where it is, what its line in the help says)."""


class LazyGroup(click.Group):
    """A click group whose commands are imported when they are run, not when they are listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click passes it
        """The command words, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click passes it
        """Import the command behind a word; None when there is no such word."""
        if cmd_name not in COMMANDS:
            return None
        load_sparingly()
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command = getattr(import_module(module), name)
        interrupts_raise()
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click passes it
        """The command list of `--help`, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(word, line) for word, (_, line) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="lepasserelle", prog_name="leindex")
@click.pass_context
def leindex(context: click.Context) -> None:
    """Code intelligence that lives inside a memory budget.

    Parses a project into a program dependence graph and a search index, and answers questions about the code; locally and offline.
    """
    context.obj = control


def control() -> ModuleType:
    """The face that reaches other processes, for commands that ask for it; imported when they do. Faces do not know each other."""
    return import_module("lepasserelle.faces.control")


def main() -> None:
    """Run the command line; a `LeIndexError` and an answer that cannot be written become one line on standard error and exit
    status 1, an interrupt status 130.
    """
    warnings.showwarning = _say_warning
    try:
        status = leindex.main(prog_name="leindex", standalone_mode=False)
        sys.stdout.flush()
    except (click.exceptions.Abort, KeyboardInterrupt) as error:
        leave_for(error)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except LeIndexError as error:
        _leave(str(error), 1)
    except OSError as error:
        leave_for(error)
    else:
        sys.exit(status if isinstance(status, int) else 0)  # click hands back the status of an `Exit`


def _say_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """A warning of the product is one line for a person; any other is as the interpreter has it."""
    from lepasserelle.memory.store_voice import StoreWarning  # loaded already where there is something to warn of

    if issubclass(category, StoreWarning):
        from lepasserelle.wording import visible

        click.echo(f"leindex: warning: {visible(str(message))}", err=True)
    else:
        print(warnings.formatwarning(message, category, filename, lineno, line), end="", file=file or sys.stderr)


def leave_for(error: BaseException) -> NoReturn:
    """End the process for an interrupt, or for an answer that cannot be written."""
    if isinstance(error, OSError):
        _give_up_writing(error)
    index_told = "; a complete index from before is as it was" if sys.argv[1:2] == ["index"] else ""
    _leave(f"interrupted{index_told}", 130)


def _give_up_writing(error: OSError) -> NoReturn:
    """Leave with status 1 and say why; silently when the reader has closed the pipe, as it does on purpose (`| head`)."""
    _drop_what_is_buffered()
    if error.errno == errno.EPIPE:
        sys.exit(1)
    where = os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes)) else "cannot write the answer"
    few = error.errno in (errno.EMFILE, errno.ENFILE)
    remedy = (
        "Close some, or raise the limit (`ulimit -n`)" if few else "Check the path and the space on its disk, or write elsewhere"
    )
    _leave(f"{where}: {error.strerror or error}. {remedy}", 1)


def _drop_what_is_buffered() -> None:
    """The interpreter flushes standard output once more when it ends, and would tell of the same failure with a traceback."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError):  # standard output is no file, or is closed already: then nothing is flushed
        return


def _leave(message: str, status: int) -> NoReturn:
    from lepasserelle.wording import visible  # here, since only a failure needs it

    click.echo(f"leindex: {visible(message)}", err=True)
    sys.exit(status)
