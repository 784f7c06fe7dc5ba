"""Bash's `source` as an import, the number of a command's arguments, and the commands in a text that is run later."""

import re

from tree_sitter import Node

from lepasserelle.model import ImportFlag
from lepasserelle.parse.spec import BoundName, Token

_COMMAND = re.compile(r"(?:^|[;&|({\n]|\b(?:then|do|else|if|while|until)\b|!)[ \t]*([A-Za-z_][\w:+@%-]*)(?![\w=(]|[ \t]*\(\))")
_WORDS = frozenset("if then else elif fi for while until do done case esac in function select time return break continue".split())  # noqa: SIM905
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


def bash_commands(text: Node, data: bytes) -> list[Token]:
    """The commands in a quoted text that `trap` or `eval` runs. Where an expansion stands before a part, its first word is none."""
    start, end = text.start_byte, text.end_byte
    quoted = text.type == "raw_string"
    written = data[start + quoted : end - quoted].decode("utf-8", "replace")
    if not written.isascii():
        return []
    found = []
    for command in _COMMAND.finditer(written):
        at = start + quoted + command.start(1)
        begins = command.start() > 0 or written[0] in ";&|({\n!" or quoted or data[start - 1 : start] == b'"'
        if begins and command.group(1) not in _WORDS:
            found.append(Token(at, at + len(command.group(1)), True, command.group(1), -1))
    return found
