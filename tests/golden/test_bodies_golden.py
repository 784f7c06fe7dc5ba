"""What bodies of each language are lowered to: `bodies/<language>.<suffix>` beside what must be read out of it.

One line a statement: its lines, what it is, in which arm it stands, what it writes (`?` perhaps, `…` a part of the value), uses
(`·` for something computed of it, `[…]` inside something new, `&` only which object it is, `<n.k` as argument k of its n-th
call) and calls. `python tests/golden/test_bodies_golden.py LANGUAGE` prints it, to be *read and corrected by hand*, never to be
pasted unread.
"""

import sys
from operator import itemgetter
from pathlib import Path

import pytest

from lepasserelle.model.body import (
    CALLEE,
    RECEIVER,
    Arm,
    Body,
    Call,
    Flows,
    Parameter,
    Statement,
    StatementFlag,
    StatementKind,
    Use,
    Write,
    WriteFlag,
)
from lepasserelle.parse import parse
from lepasserelle.parse.bodies import BODY_LANGUAGES, lower

HERE = Path(__file__).parent / "bodies"
SOURCES = {path.stem: path for path in HERE.iterdir() if path.suffix != ".txt"}


def said(body: Body) -> str:
    """A body as text."""
    depth = {-1: 0}
    outer = f" outer: {', '.join(map(''.join, body.outer))}" if body.outer else ""
    lines = [f"{body.name or '<file>'}({', '.join(map(parameter, body.parameters))}){outer}"]
    for number, one in enumerate(body.statements):
        depth[number] = depth[one.parent] + 1
        lines.append("  " * depth[number] + statement(one))
    return "\n".join(lines)


def parameter(one: Parameter) -> str:
    """A parameter as words."""
    keyword = f" ({one.keyword})" if one.keyword not in {"", one.name} else ""
    return ("self " if one.is_receiver else "") + one.spread + one.name + keyword


_FLAGS = sorted(
    ((name, bit) for name, bit in vars(StatementFlag).items() if name.isupper() and bit != StatementFlag.CAN_RAISE),
    key=itemgetter(1),
)


def statement(one: Statement) -> str:
    """A statement as one line."""
    span = str(one.start_line) + (f"-{one.end_line}" if one.end_line > one.start_line else "")
    arm = "" if one.arm == Arm.BODY else f" in {Arm(one.arm).name.lower()}"
    flags = "".join(f" {name}" for name, bit in _FLAGS if one.flags & bit)
    parts = [f"{span} {StatementKind(one.kind).name}{arm}{flags}" + (f" :{one.label}" if one.label else "")]
    for word, texts in (
        ("writes", map(write, one.writes)),
        ("uses", sorted(map(use, one.uses))),
        ("calls", map(call, one.calls)),
        ("shares", sorted(one.captured)),
        ("rebinds", sorted(one.rebound)),
    ):
        joined = " ".join(texts)
        parts += [f"{word} {joined}"] if joined else []
    return "; ".join(parts)


def call(one: Call) -> str:
    """A call as a word."""
    arguments = ",".join(one.arguments) if any(one.arguments) else len(one.arguments)
    return f"{one.chain}/{arguments}" + ("!" if one.is_pure else "") + ("+" if one.is_new else "")


def write(one: Write) -> str:
    """A write as a word."""
    marks = {WriteFlag.MAYBE: "?", WriteFlag.ELEMENT: "…", WriteFlag.DELETES: "†"}
    return "".join(one.place) + "".join(mark for flag, mark in marks.items() if one.flags & flag)


def use(one: Use) -> str:
    """A use as a word."""
    argument = {RECEIVER: "it", CALLEE: "fn"}.get(one.argument, str(one.argument))
    text = "".join(one.place) or "?"
    if one.is_base:
        return f"&{text}"
    text = f"[{text}]" if one.flows == Flows.HELD else text + ("·" if one.flows == Flows.NOT else "")
    return text + (f"<{one.call}.{argument}" if one.call >= 0 else "")


def all_said(language: str) -> str:
    """Every body of a sample that no other one contains, then the file."""
    data = SOURCES[language].read_bytes()
    shown = []
    for definition in parse(data, language).definitions[1:]:
        body = lower(data, language, definition.start_byte, definition.end_byte)
        if body is not None and (text := said(body)) not in shown:
            shown.append(text)
    whole = lower(data, language)
    assert whole is not None
    return "\n\n".join([*shown, said(whole)]) + "\n"


@pytest.mark.parametrize("language", sorted(BODY_LANGUAGES))
def test_bodies_are_lowered_as_expected(language: str) -> None:
    """Statement for statement."""
    assert all_said(language) == (HERE / f"{language}.txt").read_text("utf-8")


if __name__ == "__main__":
    sys.stdout.write(all_said(sys.argv[1]))
