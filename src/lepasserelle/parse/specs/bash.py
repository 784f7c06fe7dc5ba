"""Bash: every command is a call; what is not `local` belongs to the whole script."""

import re
from types import MappingProxyType

from lepasserelle.model import NodeKind
from lepasserelle.parse.lowering_bash import bash_arity, bash_commands, bash_imports
from lepasserelle.parse.spec import Head, LanguageSpec


def reachable(head: Head) -> bool:
    """Everything that a script defines outside of functions is visible to whoever sources it, unless its name begins with `_`."""
    return not head.name.startswith("_") and head.parent is NodeKind.MODULE


SPEC = LanguageSpec(
    name="bash",
    grammar=("tree_sitter_bash", "language"),
    names=frozenset({"variable_name", "word", "command_name"}),
    calls=MappingProxyType({"command": "name"}),
    subscripts=MappingProxyType({"subscript": "name"}),
    transparent=MappingProxyType({"command_substitution": "", "simple_expansion": "", "expansion": "", "string": ""}),
    plain=re.compile(rb"(?!)"),
    literals=MappingProxyType(
        {
            "number": "<int>",
            "raw_string": "<str>",
            "string_content": "<str>",
            "concatenation": "<str>",
            "array": "<list>",
            "arithmetic_expansion": "<int>",
        }
    ),
    name_tail=re.compile(r"=.*$", re.DOTALL),
    arity=bash_arity,
    tokens=bash_commands,
    exported=reachable,
    documentation_comment=re.compile(rb"#(?!!)"),
    comment_markers=re.compile(r"^\s*#(?:!.*|\s?)", re.MULTILINE),
    imports=bash_imports,
    claims=MappingProxyType(
        {
            **dict.fromkeys(("definitions", "parents", "signature", "documentation", "imports", "calls", "reads", "writes"), "yes"),
            "bases": "n.a.",
        }
    ),
)
