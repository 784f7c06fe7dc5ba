"""What the names of a scope mean to functions defined in it: the same as if each had a copy, in memory that grows with the text."""

import tracemalloc

import msgspec
import pytest

from lepasserelle.parse import parse
from lepasserelle.parse.value_code import CLASS, Frame, View

FORMS = {
    "functions": "def q{}(): pass\n",
    "functions within one": "    def q{0}(): return q0\n",
    "methods": "    def q{}(self): return self\n",
    "default values": "def q{}(value=lambda: q0): return value\n",
    "a name bound again": "held = print\ndef q{}(): pass\n",
}
HEADS = {"functions within one": "def around():\n", "methods": "class Held:\n"}

PIECES = [
    "def first(): return held\n",
    "held = open\n",
    "held = print\n",
    "del held\n",
    "if flag:\n    held = len\n    def second(): return held\n",
    "if flag:\n    held = 1\n    raise ValueError\n",
    "if isinstance(held, str):\n    again = lambda: held\n",
    "for held in (print, open):\n    last = lambda: held\n",
    "while flag:\n    held = next(held)\n    def third(): return held\n",
    "while flag:\n    def eighth(): return held\n    held = next(held)\n",
    "nested = [lambda: held for each in flag for held in map(lambda: each, held)]\n",
    "listed = [(held := each, lambda: each) for each in (open, print)]\n",
    "both = flag and (held := open) and (lambda: held)\n",
    "named = isinstance(held, str) and (held := print)\n",
    "try:\n    held = open\nexcept OSError as held:\n    def fourth(): return held\nfinally:\n    held = print\n",
    "match held:\n    case str():\n        fifth = lambda: held\n    case held:\n        pass\n",
    "from elsewhere import *\n",
    "class Sixth:\n    held = len\n    def method(self, held=held): return held\n",
    "def changes():\n    global other\n    other = held\n",
    "other = held\n",
    "with open('x') as held:\n    seventh = lambda: held\n",
]


def _peak(text: bytes) -> int:
    tracemalloc.start()
    try:
        parse(text, "python")
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("form", FORMS)
def test_memory_grows_with_the_functions_of_a_scope(form: str) -> None:
    """Twice the functions take twice the memory: none has a copy of what all names mean."""
    fewer, more = ((HEADS.get(form, "") + "".join(FORMS[form].format(n) for n in range(count))).encode() for count in (700, 1400))
    parse(fewer, "python")
    assert _peak(more) < 2.4 * _peak(fewer)


def _copied(frame: Frame) -> dict[Frame, View]:
    return {**frame.views, frame: (dict(frame.environment or {}) if frame.kind != CLASS else {}, frame.clock, frame.clock)}


def _texts() -> list[str]:
    """Every two pieces one behind the other, with functions defined before, between and behind."""
    view = "def seen{}(): return held, other\n"
    return [
        "".join(["held = len\n", view.format(1), one, view.format(2), two, view.format(3), one, view.format(4)])
        for one in PIECES
        for two in PIECES
    ]


def test_shared_views_are_what_copies_would_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """The facts have the same bytes whether views share a copy or each takes its own, in modules and in functions."""
    texts = _texts()
    texts += ["def around(flag):\n" + "".join(f"    {line}\n" for line in text.splitlines() if "*" not in line) for text in texts]
    shared = [msgspec.msgpack.encode(parse(text.encode(), "python")) for text in texts]
    monkeypatch.setattr(Frame, "view", _copied)
    copies = [msgspec.msgpack.encode(parse(text.encode(), "python")) for text in texts]
    assert [text for text, one, other in zip(texts, shared, copies, strict=True) if one != other] == []
