"""Texts without a grammar, cut into SECTION windows so that they can be found."""

from lepasserelle.model import Definition, FileFacts, NodeKind
from lepasserelle.parse.lines import Lines


def cut(data: bytes, language: str) -> FileFacts:
    """The facts of a text: its module and one definition a window."""
    lines = Lines(data)
    module = Definition("", int(NodeKind.MODULE), -1, 0, len(data), 1, max(1, lines.count))
    return FileFacts(language=language, package="", definitions=(module,), line_count=lines.count)
