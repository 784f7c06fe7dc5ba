"""Code below thousands of levels is not read, and the file says so."""

import pytest

from lepasserelle.model import FileFacts, Role
from lepasserelle.parse import parse


def java(levels: int) -> FileFacts:
    """A method that calls another one behind so many `else if`."""
    chain = "".join(f"if (a == {number}) {{ return {number}; }} else\n" for number in range(levels))
    return parse(f"class A {{\nint f(int a) {{\n{chain}{{ return g(); }} }}\nint g() {{ return 1; }} }}\n".encode(), "java")


def rust(levels: int) -> FileFacts:
    """A function that calls another one in so many blocks."""
    return parse(f"fn g() -> i32 {{ 1 }}\nfn f() {{\n{'{' * levels}\ng();\n{'}' * levels}}}\n".encode(), "rust")


@pytest.mark.parametrize(("make", "most"), [(java, 3993), (rust, 1998)], ids=["else", "blocks"])
def test_what_lies_too_deep_is_a_problem_of_the_file(make, most: int) -> None:  # type: ignore[no-untyped-def]
    """As long as the call is found there is none; where it is not there is one, with the line where that begins."""
    for levels in (most, most + 1, 5000):
        facts = make(levels)
        is_found = any(reference.role == Role.CALL and reference.chain == "g" for reference in facts.references)
        assert is_found == (levels <= most)
        assert [problem.message for problem in facts.problems] == ["nested deeper than 4000 levels; what is below is not read"] * (
            not is_found
        )
    assert all(1 < problem.line < facts.line_count for problem in facts.problems)


def test_a_long_file_that_is_not_deep_has_no_problem() -> None:
    """Many nodes side by side, each with some below."""
    assert parse(b"x = [\n" + b"    (f(1, [2, 3]), {'a': (4, 5)}),\n" * 5000 + b"]\n", "python").problems == ()
