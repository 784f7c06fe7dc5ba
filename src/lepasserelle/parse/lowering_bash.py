"""Bash's `source` as an import, and the number of a command's arguments."""

from tree_sitter import Node

from lepasserelle.model import ImportFlag
from lepasserelle.parse.spec import BoundName

_EXPANDING = frozenset({"simple_expansion", "expansion", "command_substitution", "array", "extglob_pattern"})


def bash_imports(command: Node, data: bytes) -> list[BoundName]:
    """`source FILE` brings in every name of the file; a variable in the path stays as written."""
    argument = command.child_by_field_name("argument")
    if argument is None:
        return []
    text = data[argument.start_byte : argument.end_byte].decode("utf-8", "replace").strip("\"'")
    return [BoundName(text, "*", "", flags=int(ImportFlag.INCLUDE))]


def bash_arity(command: Node) -> int:
    """Arguments as written; -1 when an unquoted expansion can become several words."""
    arguments = command.children_by_field_name("argument")
    for argument in arguments:
        if argument.type in _EXPANDING or argument.text in (b'"$@"', b'"${@}"'):
            return -1
    return len(arguments)
