"""What is peculiar to objects of JavaScript and TypeScript: which of them scope names, and which are data."""

import pytest

from lepasserelle.model import NodeKind
from lepasserelle.parse import parse


def definitions(text: str, language: str = "javascript") -> list[tuple[str, str]]:
    """Names within the file and kinds, in source order."""
    names, told = [""], []
    for definition in parse(text.encode(), language).definitions[1:]:
        around = names[definition.parent]
        names.append(f"{around}.{definition.name}" if around else definition.name)
        told.append((names[-1], NodeKind(definition.kind).word))
    return told


@pytest.mark.parametrize("language", ["javascript", "typescript", "tsx"])
def test_objects_that_functions_stand_in_scope_their_names(language: str) -> None:
    """Each object on the way down to a function is in its name, at any depth."""
    text = "const app = { on: { load: { first() {}, last: () => 1 } }, off: { stop: function () {} } };"
    assert definitions(text, language) == [
        ("app", "constant"),
        ("app.on", "field"),
        ("app.on.load", "field"),
        ("app.on.load.first", "method"),
        ("app.on.load.last", "method"),
        ("app.off", "field"),
        ("app.off.stop", "method"),
    ]


def test_objects_of_data_are_no_definitions() -> None:
    """Neither by themselves nor beside functions, nor when only a function without a name stands in them."""
    assert definitions("const table = { a: { b: { c: 1 } }, list: { each: [(x) => x] } };") == [
        ("table", "constant"),
        ("<lambda1>", "lambda"),
    ]
    assert definitions("const table = { a: { b: { c: 1 }, f() {} } };") == [
        ("table", "constant"),
        ("table.a", "field"),
        ("table.a.f", "method"),
    ]


@pytest.mark.parametrize("language", ["javascript", "typescript"])
def test_a_field_of_a_class_is_one_whatever_it_holds(language: str) -> None:
    """It scopes the functions that stand in its object, and is told too where there are none."""
    assert definitions("class K { table = { x: { f() {} } }; data = { a: { b: 1 } }; }", language) == [
        ("K", "class"),
        ("K.table", "field"),
        ("K.table.x", "field"),
        ("K.table.x.f", "method"),
        ("K.data", "field"),
    ]


@pytest.mark.parametrize("language", ["javascript", "typescript", "tsx"])
def test_a_function_that_is_bound_keeps_its_own_name_beside(language: str) -> None:
    """Whatever binds it: a declaration, an assignment, a pair; the same name twice is one."""
    text = "const a = function b() {}; x.y = function z() {}; const o = { k: function own() {} };"
    text += "const K = class Inner {}; const f = function f() {};"
    told = {definition.name: definition.also for definition in parse(text.encode(), language).definitions[1:]}
    assert told == {"a": "b", "y": "z", "o": "", "k": "own", "K": "Inner", "f": ""}


@pytest.mark.parametrize("language", ["javascript", "typescript", "tsx"])
def test_objects_that_are_put_on_something_scope_their_functions(language: str) -> None:
    """Each under what it is put on where the file has that; objects of data, prototypes and exports as a whole are no fields."""
    text = "function f() {} f.event = { add() {} }; f.event.special = { load: { setup() {} } }; f.data = { a: { b: 1 } };"
    text += "f.prototype = { find() {} }; module.exports = { own() {} }; exports.part = { go() {} };"
    assert definitions(text, language) == [
        ("f", "function"),
        ("f.event", "field"),
        ("f.event.add", "method"),
        ("f.event.special", "field"),
        ("f.event.special.load", "field"),
        ("f.event.special.load.setup", "method"),
        ("f.find", "method"),
        ("own", "method"),
        ("part", "field"),
        ("part.go", "method"),
    ]
