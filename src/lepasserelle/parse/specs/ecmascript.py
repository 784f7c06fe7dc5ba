"""The tables that JavaScript, TypeScript and TSX share. A node type that one of the grammars lacks does no harm."""

import re

from lepasserelle.model import NodeFlag, NodeKind
from lepasserelle.parse.lowering_ecmascript import ecmascript_imports
from lepasserelle.parse.spec import Head, LanguageSpec
from lepasserelle.parse.type_mends import with_plain_types
from lepasserelle.parse.value_ecmascript_definitions import ecmascript_values

_MEMBERS = frozenset({NodeKind.METHOD, NodeKind.CONSTRUCTOR, NodeKind.FIELD, NodeKind.PROPERTY, NodeKind.ENUM_MEMBER})

_NAMES = frozenset(
    {
        "identifier",
        "this",
        "property_identifier",
        "private_property_identifier",
        "shorthand_property_identifier",
        "shorthand_property_identifier_pattern",
        "type_identifier",
        "predefined_type",
        "undefined",
    }
)
_MEMBER_NODES = {
    "member_expression": ("object", "property"),
    "nested_identifier": ("object", "property"),
    "nested_type_identifier": ("module", "name"),
}
_TRANSPARENT = {
    "parenthesized_expression": "",
    "await_expression": "",
    "decorator": "",
    "non_null_expression": "",
    "as_expression": "",
    "satisfies_expression": "",
    "instantiation_expression": "",
    "type_annotation": "",
    "parenthesized_type": "",
    "readonly_type": "",
}
_LITERALS = {
    "string": "<str>",
    "template_string": "<str>",
    "number": "<float>",
    "true": "<bool>",
    "false": "<bool>",
    "null": "<none>",
    "array": "<list>",
    "object": "<dict>",
    "regex": "<regex>",
    "import": "?",
}

_CONTAINERS = {
    "Array": 0, "ReadonlyArray": 0, "Set": 0, "ReadonlySet": 0, "Map": 1, "ReadonlyMap": 1, "Promise": 0, "PromiseLike": 0,
    "Record": 1,
}  # fmt: skip
"""Types of the language that hold values of another type, and which of their arguments says it."""
_SAME_MEMBERS = frozenset({"Partial", "Required", "Readonly", "Pick", "Omit", "NonNullable"})
"""Types of the language whose members are those of their first argument, or some of them."""


def exported(head: Head) -> bool:
    """`export` in the head; a member unless it is private. Names in export lists are added by the flows."""
    if head.kind in _MEMBERS and head.parent is not NodeKind.MODULE:
        return not head.name.startswith("#") and not head.words & {"private", "protected"}
    return "export" in head.words


def ecmascript(name: str, grammar: tuple[str, str], query: str) -> LanguageSpec:
    """The spec of one of the three."""
    return LanguageSpec(
        name=name,
        grammar=grammar,
        query=query,
        mend=with_plain_types if "typescript" in query else None,
        names=_NAMES,
        members=_MEMBER_NODES,
        calls={"call_expression": "function", "new_expression": "constructor"},
        subscripts={"subscript_expression": "object"},
        transparent=_TRANSPARENT,
        receivers={"super": "<super>"},
        literals=_LITERALS,
        literal_words=frozenset({"true", "false", "null", "import"}),
        plain=re.compile(rb"[A-Za-z_$][\w$]*(?:\.#?[A-Za-z_$][\w$]*)*"),
        patterns=frozenset({"object_pattern", "array_pattern", "rest_pattern"}),
        pattern_keys={"pair_pattern": ("key", "value"), "shorthand_property_identifier_pattern": ("", "")},
        pattern_defaults={"assignment_pattern": "left", "object_assignment_pattern": "left"},
        spread_mark=b"...",
        spread=frozenset({"spread_element"}),
        generics={"generic_type": "name"},
        unions=frozenset({"union_type"}),
        arrays={"array_type": ""},
        sequence_types={"array_type": ""},
        containers=_CONTAINERS,
        type_wrappers=_SAME_MEMBERS,
        empty_types=frozenset({"null", "undefined", "void"}),
        receiver_word="this",
        second_names=True,
        tables=frozenset({"pair", "assignment_expression"}),
        type_bounds=True,
        constructors=frozenset({"constructor"}),
        instance_field=re.compile(r"<self>\.(#?[\w$]+)"),
        constant=re.compile(r"_*[A-Z][A-Z0-9_]*"),
        modifiers={
            "static": NodeFlag.STATIC,
            "async": NodeFlag.ASYNC,
            "get": NodeFlag.ACCESSOR,
            "set": NodeFlag.ACCESSOR,
        },
        exported=exported,
        documentation_comment=re.compile(rb"/\*\*(?!/)|//(?!\s*(?:eslint|@ts-|prettier|#region|#endregion|TODO|FIXME|[-=*]{3}))"),
        imports=ecmascript_imports,
        values=ecmascript_values,
        claims=dict.fromkeys(
            ("definitions", "parents", "signature", "documentation", "imports", "calls", "bases", "reads", "writes"), "yes"
        ),
    )
