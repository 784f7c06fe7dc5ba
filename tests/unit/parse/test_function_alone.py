"""A function that is read alone says what it says in its file."""

from pathlib import Path

import pytest

from lepasserelle.model import NodeKind
from lepasserelle.parse import parse
from lepasserelle.parse.bodies import fragment, lower

SOURCE = Path(fragment.__file__).parents[2]
FILES = [SOURCE / "graph" / "evaluate.py", SOURCE / "parse" / "value_statements.py", SOURCE / "memory" / "manager.py"]

NASTY = b'''\
import sys

def changed():
    global name
    name = 1

class Direct(
    Base,
):
    """Text.
left of everything
    """
    def after_text(self): return self.a

class Plain:
    limit = 3

    @property
    def first(self):
        """One."""
        def inner(self, other):
            return self.a + other
        return inner(self, name)

    if sys.platform == "win32":
        def under_condition(self):
            self.a = 1
            return self.a
    else:
        def otherwise(self, a=(1,
  2)):
            return a

    # a comment
    async def later(self):
        async with self.lock as held:
            yield held

    class Inner:
        def deep(self): self.b = name

    def one_line(self): return lambda x: self.a + x

def of_module(self, *rest, **named):
    for self in rest:
        self.a = named
    return self

class Tabs:
\tdef tabbed(self):
\t\treturn self.a

if True:
    def conditional(value): return value
'''
BROKEN = NASTY + b"\ndef broken(:\n    return )\n"


def functions(data: bytes) -> list[tuple[str, int, int, int]]:
    """(name, first byte, end, first byte of the class around or -1) of all functions."""
    facts = parse(data, "python")
    assert facts is not None
    found = []
    for one in facts.definitions[1:]:
        if NodeKind(one.kind).is_callable:
            around = facts.definitions[one.parent]
            found.append((one.name, one.start_byte, one.end_byte, around.start_byte if NodeKind(around.kind).is_type else -1))
    return found


@pytest.mark.parametrize(
    "data", [*(path.read_bytes() for path in FILES), NASTY, BROKEN], ids=[*(path.stem for path in FILES), "nasty", "broken"]
)
def test_a_function_alone_has_the_body_that_it_has_in_its_file(data: bytes) -> None:
    """Statements, positions, receiver, names from outside: all the same."""
    for name, start, end, class_start in functions(data):
        assert lower(data, "python", start, end, class_start) == lower(data, "python", start, end), name


def test_most_functions_are_read_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole file is parsed for those only of which their own text does not tell enough."""
    seen = []
    inner = fragment.function_alone
    monkeypatch.setattr(fragment, "function_alone", lambda *given: seen.append(inner(*given)) or seen[-1])
    data = FILES[0].read_bytes()
    named = [one for one in functions(data) if not one[0].startswith("<lambda")]
    for _, start, end, class_start in named:
        lower(data, "python", start, end, class_start)
    assert len([tree for tree in seen if tree is not None]) >= 0.9 * len(named)


def test_what_stands_under_a_condition_of_a_class_is_no_statement_of_the_class() -> None:
    """Nor is anything told behind a text whose lines stand further out."""
    told = {name: fragment.stands_in_class(NASTY, start, around) for name, start, _, around in functions(NASTY) if around >= 0}
    assert told == {
        "after_text": None, "first": True, "under_condition": None, "otherwise": None,
        "later": None, "deep": True, "one_line": None, "tabbed": None,
    }  # fmt: skip


def test_the_parser_reads_whole_files_afterwards() -> None:
    """Its ranges are taken back, whatever came of the function."""
    name, start, end, around = functions(NASTY)[1]
    lower(NASTY, "python", start, end, around)
    assert len(functions(NASTY)) > 8, name
