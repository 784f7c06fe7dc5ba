"""Slices within one function know a `with` that may keep an exception back, by what the project's managers do."""

import pytest
from executed import OneFile, text_store

from lepasserelle.model.slices import SliceQuestion
from lepasserelle.query.slices import Slicer

TEXT = """import contextlib


class Quiet:
    def __enter__(self):
        return self

    def __exit__(self, *rest):
        return True


class Loud:
    def __enter__(self):
        return self

    def __exit__(self, *rest):
        self.left = True
        return None


@contextlib.contextmanager
def catching():
    try:
        yield
    except ValueError:
        pass


@contextlib.contextmanager
def around():
    with Quiet():
        yield


@contextlib.contextmanager
def passing():
    print("in")
    yield


def main():
    x = 1
    with MANAGER():
        x = 2
        raise ValueError
    return x
"""


def lines(manager: str) -> set[str]:
    """The slice of the last line, without `--across-calls`."""
    text = TEXT.replace("MANAGER", manager)
    one = OneFile(text)
    question = SliceQuestion("program.py", len(text.splitlines()), "", "backward")
    found = Slicer(one.graph, text_store(one), one).slice(question)
    return {text.splitlines()[each.start_line - 1].strip() for each in found.statements}


@pytest.mark.parametrize("manager", ["Quiet", "catching", "around", "contextlib.suppress"])
def test_what_stands_behind_a_with_that_keeps_back_depends_on_what_is_in_it(manager: str) -> None:
    """The run goes on behind the `with`, with what was written in it."""
    assert {"x = 2", "raise ValueError", "return x"} <= lines(manager)


@pytest.mark.parametrize("manager", ["Loud", "passing"])
def test_a_with_that_keeps_nothing_back_does_not(manager: str) -> None:
    """Nothing behind such a `with` runs after the exception."""
    assert "x = 2" not in lines(manager)
