"""What is peculiar to Lua: tables as classes, and `require`."""

from lepasserelle.model import NodeFlag, NodeKind
from lepasserelle.parse import parse


def test_a_table_with_functions_is_a_class() -> None:
    """A table that only holds values stays a variable."""
    facts = parse(b"local A = {}\nlocal B = { x = 1 }\nfunction A.new() end\nfunction A:go(n) self.n = n end\nreturn A", "lua")
    assert [(d.name, NodeKind(d.kind).word, d.parent) for d in facts.definitions[1:]] == [
        ("A", "class", 0),
        ("B", "variable", 0),
        ("x", "field", 2),
        ("new", "method", 1),
        ("go", "method", 1),
    ]
    assert [r.chain for r in facts.references if r.role == 2] == ["<self>.n"]


def test_the_index_of_a_metatable_is_a_base() -> None:
    """`setmetatable({}, {__index = B})` inherits from B."""
    facts = parse(b"local A = setmetatable({}, { __index = B })\nfunction A:f() end", "lua")
    assert facts.definitions[1].bases == ("B",)


def test_require_binds_a_module_or_a_member() -> None:
    """An import is no variable and no call."""
    facts = parse(b'local a = require "x.a"\nlocal b = require("y").b\nrequire("z")', "lua")
    assert [(i.module, i.name, i.alias) for i in facts.imports] == [("x.a", "", "a"), ("y", "b", "b"), ("z", "", "")]
    assert len(facts.definitions) == 1
    assert facts.references == ()


def test_local_functions_are_not_exported() -> None:
    """Globals and members are."""
    facts = parse(b"local function f() end\nfunction g() end", "lua")
    assert [d.flags & NodeFlag.EXPORTED for d in facts.definitions[1:]] == [0, 1]
