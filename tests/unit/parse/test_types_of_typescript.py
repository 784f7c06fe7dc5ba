"""Types of TypeScript that its grammar does not understand are read all the same, and nothing behind them is lost."""

import pytest

from lepasserelle.parse import parse
from lepasserelle.parse.type_mends import with_plain_types

SIGNATURE = "<T>(value: T): Box<T>"


def names(text: str, language: str = "typescript") -> list[str]:
    """The definitions of a text that is read without a problem."""
    facts = parse(text.encode(), language)
    assert facts.problems == ()
    return [definition.name for definition in facts.definitions[1:]]


@pytest.mark.parametrize("language", ["typescript", "tsx"])
@pytest.mark.parametrize(
    "member",
    [
        "(value: string): Box",
        "<T>(value: T, second: () => T): Box<T> // a note",
        "name: string",
        "name: 'a' | 'b' /* a note */",
        "each: () => void",
        "made(): Box[]",
        "is(value: any): value is Box",
        "new (value: string): Box",
        "readonly table: { [key: string]: Box }",
        "name?",
    ],
)
def test_a_generic_call_signature_may_follow_any_member_without_a_mark(member: str, language: str) -> None:
    """It begins a member of its own, also behind comments, and what stands behind the interface is there."""
    text = f"interface Made {{\n  {member}\n  // more\n  {SIGNATURE}\n  last(): void\n}}\nexport function behind() {{}}\n"
    found = names(text, language)
    assert found[0] == "Made"
    assert found[-2:] == ["last", "behind"]


def test_type_parameters_and_parameters_may_take_many_lines() -> None:
    """They end where their brackets do."""
    text = "type Made = {\n  name: string\n  <\n    T,\n    K extends () => T,\n  >(\n    value: T,\n  ): K\n}\nlet behind = 1\n"
    assert names(text) == ["Made", "name", "behind"]


@pytest.mark.parametrize("variance", ["in", "out", "in out"])
def test_type_parameters_may_say_their_variance(variance: str) -> None:
    """It is no part of their names."""
    assert names(f"interface Box<{variance} T, // a note\n  {variance} K extends T> {{ last(): T }}\nclass Behind {{}}\n") == [
        "Box",
        "last",
        "Behind",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "f(\n  <T>(value: T): T => value)",
        "const f =\n  <T>(value: T): T => value",
        "interface A {\n  a: string;\n  <T>(value: T): T\n}",
        "interface A {\n  <T>(value: T): T\n}",
        "interface A {\n  new\n  <T>(value: T): T\n}",
        "function f() {\n  return (\n    <div>(a) b</div>\n  )\n}",
        "f(a, out as string, out instanceof Box, out in table, out satisfies Box)",
        "type Items<out extends Box> = out[]",
        "function f() {\n  return is\n    ? 1 : is ?\n    <T>(value: T): T => value\n    : g\n}",
        "// in, out a\nconst a = ', in b', c = [a\n  <b, c>\n(d)]",
    ],
)
def test_nothing_else_is_touched(text: str) -> None:
    """Where no member ends with its line before a generic call signature, the text stays."""
    assert with_plain_types(text.encode()) == text.encode()


@pytest.mark.parametrize("text", ["a /*", "'\\\\", '"\\\\', "a\\\\`"])
def test_what_nothing_ends_is_looked_through_once(text: str) -> None:
    """Comments and strings without an end: time grows with the length, not with its square."""
    long = (text * 100_000).encode()
    assert with_plain_types(long) == long


@pytest.mark.parametrize("language", ["typescript", "tsx"])
@pytest.mark.parametrize(
    "text",
    [
        'let box: import("./box.js").Box<Inner>;',
        'let box: import("./box.js").deep.Box<Map<string, Inner[]>>[];',
        'let box: import("./box.js").Box[] | import("./box.js").Box[][];',
        'let box: Nullable<import("./box.js").Box<Inner>>;',
        'let box: Box<Inner, import(\n  "./box.js"\n).Box<\n  Inner\n>>;',
        'type Made = import("./box.js").Box<(value: Inner) => Inner> | null;',
        'declare function made(box: import("./box.js").Box<Inner>): import("./box.js").Box<Inner>;',
        'declare class Made { box: import("./box.js").Box<Inner>; get inner(): import("./box.js").Box<Inner>; }',
    ],
)
def test_a_type_of_another_module_may_have_arguments(text: str, language: str) -> None:
    """As `tsc` writes declarations: the module is imported, and what stands behind is there."""
    facts = parse(f"{text}\nexport function behind() {{}}\n".encode(), language)
    assert facts.problems == ()
    assert "./box.js" in [each.module for each in facts.imports]
    assert facts.definitions[-1].name == "behind"


def test_calls_of_what_an_import_gives_keep_their_type_arguments() -> None:
    """`import("x").make<T>(…)` is a call, and a comparison is one, whatever else in the file is mended."""
    text = b'export type * from "./a";\nconst made = import("x").make<Box>(1);\nconst less = import("x").a < b;\n'
    assert with_plain_types(text) == text.replace(b"type *", b"     *")


@pytest.mark.parametrize("stars", ["*", "* as box", "  *"])
def test_all_types_of_a_module_may_be_handed_on(stars: str) -> None:
    """`export type * from` hands on as `export * from` does."""
    facts = parse(f'export type {stars} from "./box.js";\nexport function behind() {{}}\n'.encode(), "typescript")
    plain = parse(f'export      {stars} from "./box.js";\nexport function behind() {{}}\n'.encode(), "typescript")
    assert facts.problems == ()
    assert facts.imports == plain.imports
    assert facts.definitions == plain.definitions


def test_arguments_that_nothing_closes_are_looked_for_a_few_times() -> None:
    """Each look may go on for thousands of bytes: behind so many that found nothing the others stay as they are."""
    closed, unclosed = b'let box: import("x").Box<Inner>;\n', b'import("x").Box<(\n'
    assert with_plain_types(unclosed * 20 + b")" * 5000 + closed).endswith(b'let box: import("x").Box       ;\n')
    assert with_plain_types(unclosed * 200 + b")" * 5000 + closed).endswith(closed)
