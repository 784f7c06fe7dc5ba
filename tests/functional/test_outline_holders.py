"""An outline holds what a file gives to functions, objects and values from outside of their bodies, and nothing local."""

from pathlib import Path

import pytest

from lepasserelle import LeIndex, MemoryConfig
from lepasserelle.model import FileOutline

ROUTES = """const routes = { users: { get() { return one(); } } };
function one() {}
function C() {}
C.prototype.run = function () { return one(); };
C.helper = function () {};
"""
LOCALS = """Late.prototype.early = function () {};
function Late() { this.own = function () {}; function local() {} }
const api = { run() { function deep() {} const inner = { member() {} }; }, stop: () => 1 };
const kept = once(() => { function hidden() {} });
"""
EXPORTS = """var res = Object.create(null);
res.send = function send() { var inner = function () {}; };
exports.first = function () {};
module.exports.second = () => 1;
module.exports = { third() {} };
"""
ENUM = "enum E { ONE { void act() {} }, TWO; void act() {} }\n"
LUA = "function early() end\nlocal t = { a = function() local function inner() end end }\nt.b = function() end\n"


@pytest.mark.parametrize(
    ("name", "source", "shown"),
    [
        ("routes.js", ROUTES, [("routes", 0), ("get", 1), ("one", 0), ("C", 0), ("run", 0), ("helper", 0)]),
        ("late.js", LOCALS, [("early", 0), ("Late", 0), ("api", 0), ("run", 1), ("stop", 1), ("kept", 0)]),
        ("exports.js", EXPORTS, [("res", 0), ("send", 0), ("first", 0), ("second", 0), ("third", 0)]),
        ("E.java", ENUM, [("E", 0), ("ONE", 1), ("act", 2), ("TWO", 1), ("act", 1)]),
        ("t.lua", LUA, [("early", 0), ("t", 0), ("a", 1), ("b", 1)]),
    ],
)
def test_an_outline_shows_what_is_held_from_outside_of_bodies(
    tmp_path: Path, name: str, source: str, shown: list[tuple[str, int]]
) -> None:
    """Members of object literals are one deeper than their holder; what an assignment gives stands as deep as its holder."""
    project = tmp_path / "project"
    project.mkdir()
    (project / name).write_text(source)
    with LeIndex(project, MemoryConfig(auto_spill=False)) as leindex:
        leindex.index_project()
        found = leindex.outline(name)
    assert isinstance(found, FileOutline)
    assert [(entry.name.rpartition(".")[2], entry.depth) for entry in found.entries] == shown
