"""Slices across calls through names that several functions see: module variables, what they hold, names behind a module."""

from collections.abc import Iterator

import pytest

from lepasserelle import LeIndex, MemoryConfig

SHARED = """RATE = 3
ITEMS = []
TABLE = {}


class State:
    def __init__(self):
        self.value = 0
        self.other = 0

    def put(self, value):
        self.value = value


STATE = State()


def put(q):
    global RATE
    RATE = q


def get():
    return RATE * 2


def remember(one):
    ITEMS.append(one)


def count():
    return len(ITEMS)


def store(key, value):
    TABLE[key] = value


def lookup(key):
    found = TABLE.get(key)
    return found


def set_value(v):
    STATE.value = v


def set_other(v):
    STATE.other = v


def by_call(v):
    STATE.put(v)


def value():
    return STATE.value


def show():
    return STATE.other
"""

USES = """import shared as settings
from shared import put, get


def rate():
    return settings.RATE


def change(x):
    settings.RATE = x


def main(z):
    put(z)
    r = get()
    return r
"""

SCRIPT = """export let rate = 3;
const seen = new Map();
const state = { value: 0, other: 0 };
export function put(q) { rate = q; }
export function get() { return rate * 2; }
function remember(key, one) { seen.set(key, one); }
function recall(key) { return seen.get(key); }
function setValue(v) { state.value = v; }
function setOther(v) { state.other = v; }
function value() { return state.value; }
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LeIndex]:
    """A project of two modules and a script, open."""
    root = tmp_path_factory.mktemp("names")
    for path, text in {"shared.py": SHARED, "uses.py": USES, "a.js": SCRIPT}.items():
        (root / path).write_text(text, encoding="utf-8")
    with LeIndex(root, MemoryConfig(auto_spill=False)) as leindex:
        leindex.index_project()
        yield leindex


def places(project: LeIndex, path: str, line: int, *, forward: bool) -> set[str]:
    """`file:line` of the statements of a slice across calls."""
    found = project.slice(path, line, forward=forward, across_calls=True, depth=6)
    assert found.is_complete
    return {f"{one.path}:{one.start_line}" for one in found.statements}


LINKED = [
    ("shared.py", 20, "shared.py", 24),
    ("shared.py", 20, "uses.py", 6),
    ("shared.py", 1, "shared.py", 24),
    ("uses.py", 10, "shared.py", 24),
    ("uses.py", 10, "uses.py", 6),
    ("uses.py", 14, "uses.py", 15),
    ("uses.py", 14, "shared.py", 20),
    ("shared.py", 28, "shared.py", 32),
    ("shared.py", 36, "shared.py", 40),
    ("shared.py", 45, "shared.py", 57),
    ("shared.py", 49, "shared.py", 61),
    ("shared.py", 53, "shared.py", 57),
    ("shared.py", 12, "shared.py", 57),
    ("a.js", 4, "a.js", 5),
    ("a.js", 6, "a.js", 7),
    ("a.js", 8, "a.js", 10),
]


@pytest.mark.parametrize(("path", "line", "other", "read"), LINKED)
def test_who_reads_a_name_is_reached_from_who_writes_it_and_leads_back(
    project: LeIndex, path: str, line: int, other: str, read: int
) -> None:
    """An assignment, a field, an item, a method that changes a container, a followed call, and a module's name from outside."""
    assert f"{other}:{read}" in places(project, path, line, forward=True)
    assert f"{path}:{line}" in places(project, other, read, forward=False)


@pytest.mark.parametrize(
    ("path", "line", "other", "read"),
    [("shared.py", 28, "shared.py", 40), ("a.js", 9, "a.js", 10), ("shared.py", 20, "shared.py", 57)],
)
def test_another_name_or_field_is_not_reached(project: LeIndex, path: str, line: int, other: str, read: int) -> None:
    """Neither way."""
    assert f"{other}:{read}" not in places(project, path, line, forward=True)
    assert f"{path}:{line}" not in places(project, other, read, forward=False)
