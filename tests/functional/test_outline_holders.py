"""An outline holds what a file gives to functions, objects and values from outside of their bodies, and nothing local."""

from pathlib import Path

import pytest

from lepasserelle import LeIndex, MemoryConfig
from lepasserelle.model import FileOutline, FolderOutline

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
        ("routes.js", ROUTES, [("routes", 0), ("users", 1), ("get", 2), ("one", 0), ("C", 0), ("run", 0), ("helper", 0)]),
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


AT_ONCE = "(function () { function f() { const g = () => 1; } f(); class C { m() {} } const a = { b() {} }; })();\n"
UMD = """(function (root, factory) {
  if (typeof define === 'function') define([], factory); else root.lib = factory();
}(this, function () {
  function make() { function local() {} return local; }
  lib.put = function () {};
  run(() => { function hidden() {} });
  return { make };
}));
"""
NESTED = "define([], function () { (function () { function inner() {} const t = { go() {} }; })(); });\n"
PART = "const kept = once(() => { function hidden() {} });\nfunction beside(a, b, c) { return a + b + c + 1; }\n"


@pytest.mark.parametrize(
    ("source", "shown", "tops"),
    [
        (AT_ONCE, [("f", 0), ("C", 0), ("m", 1), ("b", 0)], ("f", "C")),
        (UMD, [("make", 0), ("put", 0)], ("make",)),
        (NESTED, [("inner", 0), ("go", 0)], ("inner",)),
        (PART, [("kept", 0), ("beside", 0)], ("beside",)),
    ],
)
def test_what_a_function_around_a_file_holds_is_at_the_top(
    tmp_path: Path, source: str, shown: list[tuple[str, int]], tops: tuple[str, ...]
) -> None:
    """Run at once, UMD, `define`: in the outline of the file, and among the names that one of its folder tells."""
    (tmp_path / "lib.js").write_text(source)
    (tmp_path / "other.js").write_text("")
    with LeIndex(tmp_path, MemoryConfig(auto_spill=False)) as leindex:
        leindex.index_project()
        found, around = leindex.outline("lib.js"), leindex.outline("")
    assert isinstance(found, FileOutline)
    assert [(entry.name.rpartition(".")[2], entry.depth) for entry in found.entries] == shown
    assert isinstance(around, FolderOutline)
    assert around.entries[0].names == tops
