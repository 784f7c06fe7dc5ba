"""Literals that calls give, types that parameters are declared with, and which of them go together."""

import pytest

from lepasserelle.model import NodeKind, Role
from lepasserelle.model.calling import alike, call, closeness, fits
from lepasserelle.parse import parse

FUNCTIONS = {
    "java": "class A {{ void f({}) {{}} void use(int x) {{ f({}); }} }}",
    "kotlin": "class A {{ fun f({}) {{}}\n fun use(x: Int) {{ f({}) }} }}",
    "c_sharp": "class A {{ void f({}) {{}} void use(int x) {{ f({}); }} }}",
}


def sides(language: str, parameters: str, arguments: str) -> tuple[int, int]:
    """(what `f` takes, what the call of it gives)."""
    facts = parse(FUNCTIONS[language].format(parameters, arguments).encode(), language)
    (taken,) = [each.calling for each in facts.definitions if each.name == "f" and each.kind == NodeKind.METHOD]
    (given,) = [call(each.arity, each.given) for each in facts.references if each.role == Role.CALL]
    return taken, given


@pytest.mark.parametrize(
    ("language", "parameters", "arguments", "is_taken"),
    [
        ("java", "int n", "1", True),
        ("java", "int n", "-1", True),
        ("java", "int n", '"a"', False),
        ("java", "int n", "1L", False),
        ("java", "long n", "0x1f", True),
        ("java", "double n", "1", True),
        ("java", "float n", "1.0", False),
        ("java", "float n", "1.0f", True),
        ("java", "String s", "'c'", False),
        ("java", "int n", "'c'", True),
        ("java", "boolean b", "true", True),
        ("java", "String s, int n", '"a", "b"', False),
        ("java", "String s, int n", "x, 1", True),
        ("java", "Object o", "1", True),
        ("java", "int[] all", "1", True),
        ("java", "String s", "null", True),
        ("java", "int... all", '"a", "b"', True),
        ("kotlin", "s: String", "1", False),
        ("kotlin", "s: String?", "1", True),
        ("kotlin", "n: Byte", "1", True),
        ("kotlin", "b: Boolean", "false", True),
        ("kotlin", "b: Boolean", "x", True),
        ("kotlin", "s: String, n: Int", 'n = 1, s = "a"', True),
        ("c_sharp", "string s", "1", False),
        ("c_sharp", "string s", '$"a{x}"', True),
        ("c_sharp", "int? n", '"a"', True),
        ("c_sharp", "decimal d", "1m", True),
        ("c_sharp", "string s, int n", 'n: 1, s: "a"', True),
        ("java", "byte n", "1", False),
        ("java", "int n", "0xFFFFFFFF", True),
        ("kotlin", "d: Double", "1", False),
        ("kotlin", "n: Byte", "300", False),
        ("kotlin", "n: Int", "3000000000", False),
        ("kotlin", "n: Long", "1u", False),
        ("kotlin", "vararg n: Int", '1, "a"', False),
        ("c_sharp", "byte n", "300", False),
        ("c_sharp", "uint n", "-1", False),
        ("c_sharp", "long n", "-1u", True),
        ("c_sharp", "int n", "1UL", False),
        ("c_sharp", "int n", "'c'", True),
        ("c_sharp", "int n", "1_000", True),
        ("c_sharp", "params int[] n", '1, "a"', False),
    ],
)
def test_a_parameter_takes_only_literals_of_its_kind(language: str, parameters: str, arguments: str, is_taken: bool) -> None:
    """What no table names takes all of them, and so do parameters of calls that name arguments, in any order."""
    assert fits(*sides(language, parameters, arguments)) is is_taken


def test_the_nearest_conversion_is_told() -> None:
    """The same type before a shorter one, before wider ones in their order, before one that is not known (C#)."""
    near = [closeness(*sides("c_sharp", f"{word} n", "1")) for word in ("int", "byte", "uint", "long", "double", "object")]
    assert near == sorted(near, reverse=True)
    assert len(set(near)) == len(near)
    assert closeness(*sides("c_sharp", "int n, int m", "1, x")) is None


def test_parameters_of_other_kinds_do_not_stand_in() -> None:
    """A method below that takes a text is no override of one that takes a number; of one that takes anything it may be."""
    (number, _), (text, _), (anything, _) = (sides("java", f"{word} x", "1") for word in ("int", "String", "T"))
    assert not alike(number, text)
    assert alike(anything, text)
    assert alike(number, number)
