"""`docs/guide/memory.md` does what it says: its Python is run, its commands and settings exist."""

import dataclasses
import re
import tempfile
from pathlib import Path

import click
import pytest

from lepasserelle import MemoryConfig
from lepasserelle.command_line import leindex

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "memory.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

SHOP = '''"""The shopping cart."""


def total(lines):
    """Sum of all line prices."""
    return sum(line.price for line in lines)


class Cart:
    """What a customer is about to buy."""

    def checkout(self, lines):
        """Charge the customer."""
        return total(lines)
'''


def blocks(language: str) -> list[str]:
    """The code of a language on the page, in order."""
    return [code for found, code in BLOCK.findall(GUIDE.read_text(encoding="utf-8")) if found == language]


def test_every_block_of_python_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From top to bottom, in one program, in a folder with a project; the blocks' own assertions hold."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "cart.py").write_text(SHOP, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    found = blocks("python")
    assert len(found) >= 9
    names: dict[str, object] = {}
    with tempfile.TemporaryDirectory(prefix="lc", dir="/tmp") as runtime:
        monkeypatch.setenv("XDG_RUNTIME_DIR", runtime)
        for number, code in enumerate(found):
            exec(compile(code, f"{GUIDE.name}, block {number + 1}", "exec"), names)


def test_every_command_on_the_page_exists() -> None:
    """With the words and options that stand there."""
    lines = [line for block in blocks("console") for line in block.splitlines()]
    assert lines
    for line in lines:
        words = line.partition("#")[0].split()[2:]
        command: click.Command = leindex
        context = click.Context(command)
        while isinstance(command, click.Group):
            found = command.get_command(context, words.pop(0))
            assert found is not None, line
            command = found
        command.make_context("leindex", words, parent=click.Context(leindex))


def test_every_setting_is_on_the_page() -> None:
    """A new one must be described."""
    text = GUIDE.read_text(encoding="utf-8").split("## Settings")[1]
    for field in dataclasses.fields(MemoryConfig):
        assert f"`{field.name}`" in text
