"""Kotlin 2: everything is public unless it says otherwise; the members of a nameless companion are static members of its class."""

import re

from tree_sitter import Node

from lepasserelle.model import NodeFlag, NodeKind
from lepasserelle.parse.imports import import_path
from lepasserelle.parse.literal_rules import KOTLIN
from lepasserelle.parse.spec import COLLECTIONS, BoundName, Head, LanguageSpec

_OPERATORS = {
    "+": "plus", "-": "minus", "*": "times", "/": "div", "%": "rem", "..": "rangeTo", "..<": "rangeUntil", "in": "contains",
    "!in": "contains", "<": "compareTo", ">": "compareTo", "<=": "compareTo", ">=": "compareTo", "==": "equals", "!=": "equals",
    "+=": "plusAssign", "-=": "minusAssign", "*=": "timesAssign", "/=": "divAssign", "%=": "remAssign", "!": "not", "++": "inc",
    "--": "dec", "[": "get", "[=": "set", "-_": "unaryMinus", "+_": "unaryPlus",
    "for_": "iterator iterator().hasNext iterator().next", "use_": "close",
}  # fmt: skip
_PLAIN = frozenset("Int Long Short Byte Float Double Boolean Char String UInt ULong Number".split())  # noqa: SIM905
_LINE_ENDS = re.compile(
    rb"[ \t](?=\})|(?<=\})[ \t](?=[ \t]*(?:fun|va[lr]|class|interface|object|init|companion|constructor|private|public"
    rb"|internal|protected|override|open|abstract|suspend|inline|data|enum|sealed|lateinit|const|operator|infix)\b)"
    rb"|;(?=[ \t]+(?:(?:private|protected|internal)[ \t]+)?[sg]et\b)"
)


def end_members_by_line(data: bytes) -> bytes:
    """The grammar wants a line break behind the last member (`interface F { fun g() }`), between members (`fun f() {} fun g() {}`)
    and before an accessor: a blank before `}` or between, or the `;`, becomes one.
    """
    return _LINE_ENDS.sub(b"\n", data)


def kotlin_imports(node: Node, data: bytes) -> list[BoundName]:
    """`import a.b.C`, `import a.b.*`, `import a.b.C as D`."""
    names = [import_path(child, data) for child in node.named_children if child.type in ("qualified_identifier", "identifier")]
    if not names:
        return []
    if any(child.type == "*" for child in node.children):
        return [BoundName(names[0], "*", "")]
    module, _, name = names[0].rpartition(".")
    return [BoundName(module, name, names[1] if len(names) > 1 else name)]


def visible(head: Head) -> bool:
    """Everything that is neither private nor internal."""
    return not head.words & {"private", "internal"}


def is_test(head: Head) -> bool:
    """Functions that JUnit or kotlin.test runs."""
    return any(name.removesuffix("()").rpartition(".")[2] in ("Test", "ParameterizedTest") for name in head.decorators)


def not_opened(head: Head) -> bool:
    """A method of a class that is neither open nor abstract nor an override that may be overridden again."""
    return head.parent is not NodeKind.INTERFACE and not head.words & {"open", "abstract", "override"}


def trailing_lambdas(call: Node) -> int:
    """The lambda behind the arguments, whether it belongs to this call or goes on it (`f(1) { … }`)."""
    around = call.parent
    last = call.named_children[-1].type
    return int(
        last == "annotated_lambda"
        or (
            around is not None
            and around.type == "call_expression"
            and around.named_children[-1].type == "annotated_lambda"
            and around.named_children[0].id == call.id
        )
    )


SPEC = LanguageSpec(
    name="kotlin",
    grammar=("tree_sitter_kotlin", "language"),
    prepare=end_members_by_line,
    names=frozenset({"identifier"}),
    members={"navigation_expression": ("", ""), "qualified_identifier": ("", "")},
    qualified=frozenset({"user_type", "nullable_type"}),
    calls={"as_expression": "right", "call_expression": "", "constructor_invocation": ""},
    methods={"infix_expression": ("", "")},
    continued={"call_expression": "annotated_lambda"},
    subscripts={"index_expression": ""},
    transparent={
        "parenthesized_expression": "",
        "unary_expression": "argument",
        "annotation": "",
        "callable_reference": "",
        "value_argument": "",
        "annotated_lambda": "",
        "type_projection": "",
    },
    containers=COLLECTIONS,
    receivers={
        "true": "<bool>",
        "false": "<bool>",
        "null": "<none>",
        "this": "<self>",
        "super": "<super>",
        "this_expression": "<self>",
        "super_expression": "<super>",
        "<self>()": "<class>",
    },
    literals={
        "string_literal": "<str>",
        "multiline_string_literal": "<str>",
        "character_literal": "<str>",
        "number_literal": "<int>",
        "float_literal": "<float>",
        "boolean_literal": "<bool>",
        "true": "<bool>",
        "false": "<bool>",
        "null": "<none>",
        "collection_literal": "<list>",
    },
    plain=re.compile(rb"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*"),
    spread=frozenset({"spread_expression"}),
    constant=re.compile(r"[A-Z][A-Z0-9_]*"),
    modifiers={"suspend": NodeFlag.ASYNC},
    unnamed_parameter="it",
    closure_parameters=frozenset({"lambda_parameters"}),
    element=".elementAt()",
    operations=_OPERATORS,
    plain_types=_PLAIN,
    overloads=True,
    typed_arguments=True,
    companion=".Companion",
    literal_rules=KOTLIN,
    type_nodes=frozenset({"user_type"}),
    argument_nodes=frozenset({"value_argument"}),
    type_bounds=True,
    closed=not_opened,
    trailing=trailing_lambdas,
    decorator_flags={"JvmStatic": NodeFlag.STATIC},
    exported=visible,
    test=is_test,
    imports=kotlin_imports,
    claims=dict.fromkeys(
        ("definitions", "parents", "signature", "documentation", "imports", "calls", "bases", "reads", "writes"), "yes"
    ),
)
"""The tables of Kotlin."""
