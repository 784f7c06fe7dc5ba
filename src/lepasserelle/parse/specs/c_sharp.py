"""C# up to 12: modifiers export, a `using` takes all names of a namespace, properties have code of their own."""

import re

from tree_sitter import Node

from lepasserelle.model import ImportFlag, NodeFlag, NodeKind
from lepasserelle.parse.imports import import_path
from lepasserelle.parse.literal_rules import C_SHARP
from lepasserelle.parse.spec import COLLECTIONS, CONDITIONS, BoundName, Head, LanguageSpec


def c_sharp_imports(node: Node, data: bytes) -> list[BoundName]:
    """`using A.B`, `using static A.B`, `using C = A.B`; `global using A.B` holds in all files of the project. Level 1: its name is
    looked for in the namespaces around it, too.
    """
    kinds = {child.type for child in node.children}
    alias = node.child_by_field_name("name")
    targets = [child for child in node.named_children if alias is None or child.id != alias.id]
    if not targets:
        return []
    written = import_path(targets[-1], data).partition("<")[0]
    path = written.removeprefix("global.")
    level = int(path == written and _is_within(node))
    if alias is not None:
        module, _, name = path.rpartition(".")
        return [BoundName(module, name, import_path(alias, data), level)]
    flags = (ImportFlag.STATIC if "static" in kinds else 0) | (ImportFlag.REEXPORT if "global" in kinds else 0)
    return [BoundName(path, "*", "", level, flags=flags)]


def _is_within(using: Node) -> bool:
    """Whether a directive stands in a namespace: in its block, or below `namespace A;`."""
    around = using.parent
    if around is None or around.type != "compilation_unit":
        return around is not None
    return any(child.type == "file_scoped_namespace_declaration" for child in around.children if child.end_byte <= using.start_byte)


def from_the_top(node: Node, data: bytes) -> str:
    """`global::A` begins outside of every namespace, `Alias::A` at what the alias is."""
    alias, name = node.child_by_field_name("alias"), node.child_by_field_name("name")
    if alias is None or name is None:
        return "?"
    root, word = (data[part.start_byte : part.end_byte].decode("utf-8", "replace") for part in (alias, name))
    return f"{'<global>' if root == 'global' else root}.{word.partition('<')[0].strip()}"


def visible(head: Head) -> bool:
    """`public` and `protected`; members of enums, and what is not private in interfaces."""
    if head.kind is NodeKind.ENUM_MEMBER or "public" in head.words or "protected" in head.words:
        return True
    if head.kind is NodeKind.NAMESPACE:
        return True
    return head.parent is NodeKind.INTERFACE and "private" not in head.words


def is_test(head: Head) -> bool:
    """Methods that xUnit, NUnit or MSTest runs."""
    return any(name.removesuffix("()").rpartition(".")[2] in _TESTS for name in head.decorators)


def not_opened(head: Head) -> bool:
    """A method of a class that is neither virtual nor abstract nor an override that may be overridden again."""
    return head.parent is not NodeKind.INTERFACE and not head.words & {"virtual", "abstract", "override"}


_PLAIN = frozenset("int uint long ulong short ushort byte sbyte float double decimal bool char string nint nuint".split())  # noqa: SIM905
_TESTS = frozenset({"Fact", "Theory", "Test", "TestCase", "TestMethod", "DataTestMethod", "TestCaseSource"})

_BY_SYNTAX = {
    "using_": "Dispose",
    "await using_": "DisposeAsync",
    "foreach_": "GetEnumerator GetEnumerator().MoveNext",
    "await foreach_": "GetAsyncEnumerator GetAsyncEnumerator().MoveNextAsync",
}
"""What loops and `using` call."""
SPEC = LanguageSpec(
    name="c_sharp",
    grammar=("tree_sitter_c_sharp", "language"),
    unseen=CONDITIONS,
    names=frozenset({"identifier", "implicit_parameter"}),
    members={
        "member_access_expression": ("expression", "name"),
        "conditional_access_expression": ("condition", ""),
        "member_binding_expression": ("", "name"),
        "qualified_name": ("qualifier", "name"),
    },
    calls={
        "cast_expression": "type",
        "as_expression": "right",
        "invocation_expression": "function",
        "object_creation_expression": "type",
        "attribute": "name",
    },
    subscripts={"element_access_expression": "expression", "array_type": "type"},
    transparent={
        "parenthesized_expression": "",
        "await_expression": "",
        "postfix_unary_expression": "",
        "checked_expression": "",
        "ref_expression": "",
        "nullable_type": "",
        "ref_type": "type",
        "generic_name": "",
        "argument": "",
        "constant_pattern": "",
        "type_pattern": "",
    },
    generics={"generic_name": ""},
    type_wrappers=frozenset({"Task", "ValueTask"}),
    sequence_types={"array_type": "type"},
    containers=COLLECTIONS,
    roots={"alias_qualified_name": from_the_top},
    receivers={"this": "<self>", "base": "<super>", "<self>()": "<class>"},
    literals={
        "string_literal": "<str>",
        "verbatim_string_literal": "<str>",
        "raw_string_literal": "<str>",
        "interpolated_string_expression": "<str>",
        "character_literal": "<str>",
        "integer_literal": "<int>",
        "real_literal": "<float>",
        "boolean_literal": "<bool>",
        "null_literal": "<none>",
        "default_expression": "<none>",
        "array_creation_expression": "<list>",
        "implicit_array_creation_expression": "<list>",
        "collection_expression": "<list>",
        "tuple_expression": "<tuple>",
    },
    patterns=frozenset(
        {"tuple_expression", "tuple_pattern", "argument", "declaration_expression", "parenthesized_variable_designation"}
    ),
    modifiers={"static": NodeFlag.STATIC, "async": NodeFlag.ASYNC},
    operations={"[": "this", **_BY_SYNTAX, **{f"{sign}=": sign for sign in ("+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>")}},
    operators_by_text=True,
    plain_types=_PLAIN,
    table_values=frozenset({"identifier"}),
    overloads=True,
    typed_arguments=True,
    literal_rules=C_SHARP,
    literal_parameters=True,
    argument_nodes=frozenset({"argument"}),
    type_bounds=True,
    closed=not_opened,
    makes=frozenset(
        {"object_creation_expression", "implicit_object_creation_expression", "primary_constructor_base_type", "base_list"}
    ),
    exported=visible,
    test=is_test,
    imports=c_sharp_imports,
    comment_markers=re.compile(r'^[ \t]*(?://[/!]?|/\*[*!]?|\*/|\*)[ \t]?|\s*\*/\s*$|</?\w+>|<\w+ \w+=|(?<=")\s*/?>', re.MULTILINE),
    claims=dict.fromkeys(
        ("definitions", "parents", "signature", "documentation", "imports", "calls", "bases", "reads", "writes"), "yes"
    ),
)
"""The tables of C#."""
