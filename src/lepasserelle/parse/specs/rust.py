"""Rust: members of `impl` blocks belong to the type they extend; macros are named, their arguments read for calls, or as items
(`item_macros`).
"""

import re
from types import MappingProxyType

from lepasserelle.model import NodeFlag, NodeKind
from lepasserelle.parse.item_macros import opened
from lepasserelle.parse.lowering_rust import macro_tokens, of_own_module, rust_imports
from lepasserelle.parse.spec import Head, LanguageSpec


def visible(head: Head) -> bool:
    """`pub` (also `pub(crate)`), variants of an enum, members of a trait, exported macros."""
    if head.kind is NodeKind.MACRO:
        return "macro_export" in head.decorators
    return "pub" in head.words or head.kind is NodeKind.ENUM_MEMBER or head.parent is NodeKind.INTERFACE


def test_attribute(head: Head) -> bool:
    """`#[test]`, also of a test framework (`#[tokio::test]`)."""
    return any(decorator.removesuffix("()").rpartition(".")[2] == "test" for decorator in head.decorators)


_OPERATORS = {
    "+": "add", "-": "sub", "*": "mul", "/": "div", "%": "rem", "&": "bitand", "|": "bitor", "^": "bitxor", "<<": "shl",
    ">>": "shr", "==": "eq", "!=": "eq", "<": "partial_cmp", ">": "partial_cmp", "<=": "partial_cmp", ">=": "partial_cmp",
    "+=": "add_assign", "-=": "sub_assign", "*=": "mul_assign", "/=": "div_assign", "%=": "rem_assign", "&=": "bitand_assign",
    "|=": "bitor_assign", "^=": "bitxor_assign", "<<=": "shl_assign", ">>=": "shr_assign", "!": "not", "[": "index", "-_": "neg",
    "for_": "into_iter into_iter().next next",
}  # fmt: skip
SPEC = LanguageSpec(
    name="rust",
    grammar=("tree_sitter_rust", "language"),
    names=frozenset(
        {
            "identifier",
            "field_identifier",
            "type_identifier",
            "primitive_type",
            "shorthand_field_identifier",
            "metavariable",
            "integer_literal",
            "crate",
            "super",
        }
    ),
    opened=opened,
    members=MappingProxyType(
        {
            "field_expression": ("value", "field"),
            "scoped_identifier": ("path", "name"),
            "scoped_type_identifier": ("path", "name"),
        }
    ),
    calls=MappingProxyType({"call_expression": "function", "macro_invocation": "macro", "struct_expression": "name"}),
    subscripts=MappingProxyType({"index_expression": "", "try_expression": ""}),
    transparent=MappingProxyType(
        {
            "parenthesized_expression": "",
            "await_expression": "",
            "reference_expression": "value",
            "unary_expression": "",
            "generic_function": "function",
            "generic_type": "type",
            "generic_type_with_turbofish": "type",
            "reference_type": "type",
            "pointer_type": "type",
            "dynamic_type": "trait",
            "abstract_type": "trait",
            "bracketed_type": "",
            "qualified_type": "alias",
            "type_cast_expression": "value",
            "unsafe_block": "",
            "attribute": "",
            "field_pattern": "name",
            "ref_pattern": "",
            "mut_pattern": "",
        }
    ),
    type_bounds=True,
    sequence_types=MappingProxyType({"array_type": "element"}),
    containers=MappingProxyType(
        {
            **dict.fromkeys(("Vec", "VecDeque", "Option", "Result", "HashSet", "BTreeSet", "BinaryHeap", "LinkedList"), 0),
            **dict.fromkeys(("Mutex", "RwLock", "RefCell", "Cell", "OnceCell", "OnceLock", "Weak"), 0),
            **dict.fromkeys(("HashMap", "BTreeMap"), 1),
        }
    ),
    generics=MappingProxyType({"generic_type": "type"}),
    type_wrappers=frozenset({"Box", "Rc", "Arc", "Pin"}),
    receivers=MappingProxyType({"self": "<self>", "Self": "<class>"}),
    roots=MappingProxyType(dict.fromkeys(("scoped_identifier", "scoped_type_identifier"), of_own_module)),
    own_module="self",
    function_values=frozenset({"identifier", "scoped_identifier", "closure_expression", "reference_expression"}),
    operations=MappingProxyType(_OPERATORS),
    plain_types=frozenset("bool char f32 f64 i8 i16 i32 i64 isize str u8 u16 u32 u64 usize String".split()),  # noqa: SIM905
    literals=MappingProxyType(
        {
            "string_literal": "<str>",
            "raw_string_literal": "<str>",
            "char_literal": "<str>",
            "integer_literal": "<int>",
            "float_literal": "<float>",
            "boolean_literal": "<bool>",
            "unit_expression": "<none>",
            "tuple_expression": "<tuple>",
            "array_expression": "<list>",
        }
    ),
    patterns=frozenset(
        {
            "tuple_pattern",
            "tuple_struct_pattern",
            "struct_pattern",
            "slice_pattern",
            "reference_pattern",
            "or_pattern",
            "match_pattern",
            "captured_pattern",
            "ref_pattern",
            "mut_pattern",
        }
    ),
    declarators=MappingProxyType({"ref_pattern": "", "mut_pattern": ""}),
    modifiers=MappingProxyType({"async": NodeFlag.ASYNC}),
    exported=visible,
    test=test_attribute,
    documentation_comment=re.compile(rb"///(?!/)|/\*\*(?!\*)"),
    comment_markers=re.compile(r"^\s*(?://[/!]|/\*[*!]|\*/|\*)\s?|\s*\*+/\s*$", re.MULTILINE),
    tokens=macro_tokens,
    pattern_heads=frozenset({"type"}),
    pattern_keys=MappingProxyType({"field_pattern": ("name", "pattern")}),
    pattern_constants=frozenset(
        {"scoped_identifier", "negative_literal", "range_pattern", "remaining_field_pattern", "const_block"}
    ),
    imports=rust_imports,
    claims=MappingProxyType(
        dict.fromkeys(
            ("definitions", "parents", "signature", "documentation", "imports", "calls", "bases", "reads", "writes"), "yes"
        )
    ),
)
