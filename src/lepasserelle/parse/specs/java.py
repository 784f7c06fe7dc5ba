"""Java up to 21: modifiers export, interfaces export by themselves, one import statement binds one name."""

from tree_sitter import Node

from lepasserelle.model import ImportFlag, NodeFlag, NodeKind
from lepasserelle.parse.imports import import_path
from lepasserelle.parse.literal_rules import JAVA
from lepasserelle.parse.spec import COLLECTIONS, BoundName, Head, LanguageSpec


def java_imports(node: Node, data: bytes) -> list[BoundName]:
    """`import a.b.C`, `import a.b.*`, `import static a.B.c`."""
    kinds = {child.type for child in node.children}
    path = next(
        (import_path(child, data) for child in node.named_children if child.type in ("scoped_identifier", "identifier")), ""
    )
    flags = ImportFlag.STATIC if "static" in kinds else 0
    if "asterisk" in kinds:
        return [BoundName(path, "*", "", flags=flags)]
    module, _, name = path.rpartition(".")
    return [BoundName(module, name, name, flags=flags)]


def visible(head: Head) -> bool:
    """`public` and `protected`; members of enums, components of records, and what is not private in interfaces."""
    if head.kind in (NodeKind.ENUM_MEMBER, NodeKind.PROPERTY) or "public" in head.words or "protected" in head.words:
        return True
    return head.parent is NodeKind.INTERFACE and "private" not in head.words


def is_test(head: Head) -> bool:
    """Methods that JUnit or TestNG runs."""
    return any(name.removesuffix("()").rpartition(".")[2] in _TESTS for name in head.decorators)


_TESTS = frozenset({"Test", "ParameterizedTest", "RepeatedTest", "TestFactory", "TestTemplate"})

_BY_SYNTAX = {"for_": "iterator iterator().hasNext iterator().next", "=_": "close", "(_": "close"}
"""What loops and `try (…)` call."""
SPEC = LanguageSpec(
    name="java",
    grammar=("tree_sitter_java", "language"),
    names=frozenset({"identifier", "type_identifier"}),
    members={
        "field_access": ("object", "field"),
        "scoped_identifier": ("scope", "name"),
        "scoped_type_identifier": ("", ""),
        "method_reference": ("", ""),
    },
    methods={"method_invocation": ("object", "name")},
    calls={
        "object_creation_expression": "type",
        "cast_expression": "type",
        "explicit_constructor_invocation": "constructor",
        "annotation": "name",
    },
    subscripts={"array_access": "array", "array_type": "element"},
    transparent={"parenthesized_expression": "", "generic_type": "", "marker_annotation": "name"},
    generics={"generic_type": ""},
    sequence_types={"array_type": "element"},
    containers=COLLECTIONS,
    receivers={"this": "<self>", "super": "<super>", "<self>()": "<class>"},
    literals={
        "string_literal": "<str>",
        "character_literal": "<str>",
        "decimal_integer_literal": "<int>",
        "hex_integer_literal": "<int>",
        "octal_integer_literal": "<int>",
        "binary_integer_literal": "<int>",
        "decimal_floating_point_literal": "<float>",
        "hex_floating_point_literal": "<float>",
        "true": "<bool>",
        "false": "<bool>",
        "null_literal": "<none>",
        "void_type": "<none>",
        "array_initializer": "<list>",
        "array_creation_expression": "<list>",
    },
    modifiers={"static": NodeFlag.STATIC},
    operations=_BY_SYNTAX,
    overloads=True,
    typed_arguments=True,
    literal_rules=JAVA,
    type_bounds=True,
    closed=lambda head: bool(head.words & {"private", "final", "static"}),
    makes=frozenset({"object_creation_expression"}),
    exported=visible,
    test=is_test,
    imports=java_imports,
    claims=dict.fromkeys(
        ("definitions", "parents", "signature", "documentation", "imports", "calls", "bases", "reads", "writes"), "yes"
    ),
)
"""The tables of Java."""
