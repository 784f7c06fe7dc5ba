"""`docs/guide/commands.md` is what the commands say of themselves."""

import subprocess
import sys
from difflib import unified_diff
from pathlib import Path

import click

from lepasserelle.command_line import COMMANDS, leindex

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "commands.md"
HEAD = """# Commands

Made from the commands' own help by `python tests/unit/test_command_guide.py`; a test fails when it is out of date.
Every command but `mcp` takes `--json` and then prints one document with `schema_version`; its keys are only ever added to.
Errors are one line on standard error, with exit status 1 (2 for a wrong command line, 130 after an interrupt).
"""


def pages(command: click.Command, words: tuple[str, ...]) -> list[str]:
    """The help of a command and of what is under it, each under its heading."""
    context = click.Context(command, info_name=" ".join(words), terminal_width=100, help_option_names=["-h", "--help"])
    found = [f"## {' '.join(words)}\n\n```text\n{command.get_help(context)}\n```\n"]
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None
            found += pages(child, (*words, name))
    return found


def guide() -> str:
    """The whole page."""
    return "\n".join([HEAD, *pages(leindex, ("leindex",))])


def test_the_guide_shows_every_command_as_it_is() -> None:
    """A new command or option must appear in the guide.

    Made by a process of its own: click keeps the help option of a command as the first caller of this process wanted it.
    """
    made = subprocess.run([sys.executable, __file__, "show"], check=True, capture_output=True, encoding="utf-8").stdout
    changes = unified_diff(GUIDE.read_text(encoding="utf-8").splitlines(), made.splitlines(), "guide", "commands", lineterm="", n=0)
    assert not list(changes)


def test_the_line_in_the_table_is_the_first_sentence_of_a_command_or_shorter() -> None:
    """The lazy table describes every command in one sentence."""
    context = click.Context(leindex)
    for name, (_, line) in COMMANDS.items():
        assert leindex.get_command(context, name) is not None
        assert line.endswith(".")
        assert len(line) < 80


if __name__ == "__main__":
    if sys.argv[1:] == ["show"]:
        sys.stdout.buffer.write(guide().encode())
    else:
        GUIDE.write_text(guide(), encoding="utf-8")
