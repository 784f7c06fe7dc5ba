"""Documentation of definitions: docstrings and the comments directly before, cleaned of their markers.

A comment belongs to a definition when nothing but one line break stands between, and when it is the first thing on its line.
"""

import re
import textwrap
from bisect import bisect_right

from lepasserelle.parse.captures import Buckets
from lepasserelle.parse.draft import Draft
from lepasserelle.parse.scopes import Scopes
from lepasserelle.parse.spec import LanguageSpec

LIMIT = 2000
"""Characters of the longest documentation."""

_QUOTES = re.compile(r"^[A-Za-z]{0,2}(\"\"\"|'''|\"|')(.*)\1$", re.DOTALL)
_GAP = re.compile(rb"[ \t\r]*\n?[ \t]*")


def document(spec: LanguageSpec, buckets: Buckets, data: bytes, scopes: Scopes, drafts: list[Draft]) -> None:
    """Give every draft its documentation; a docstring wins over a comment."""
    for node in buckets.nodes("documentation"):
        owner = scopes.code_at(node.start_byte)
        if not owner.documentation:
            owner.documentation = docstring(data[node.start_byte : node.end_byte].decode("utf-8", "replace"))
    starts = {draft.start for draft in drafts[1:]}
    for captured in buckets.by_role["documentation.comment"]:
        nodes = captured["documentation.comment"]
        owner = scopes.code_at(nodes[0].start_byte)
        gap = _GAP.match(data, nodes[-1].end_byte)
        if not owner.documentation and not (gap and gap.end() in starts):
            text = "\n".join(data[node.start_byte : node.end_byte].decode("utf-8", "replace").rstrip("\n") for node in nodes)
            owner.documentation = _dedented(spec.comment_markers.sub("", text))
    for node in buckets.nodes("documentation.head"):
        owner = scopes.definition_at(node.start_byte)
        if not owner.documentation:
            owner.documentation = docstring(data[node.start_byte : node.end_byte].decode("utf-8", "replace"))
    if spec.documentation_comment is None:
        return
    _trailing(spec, buckets, data, drafts)
    before = _comments(spec, buckets, data)
    if not before:
        return
    for draft in drafts:
        if not draft.documentation and draft.start >= 0:
            draft.documentation = _preceding(spec, draft, before, data)


def _trailing(spec: LanguageSpec, buckets: Buckets, data: bytes, drafts: list[Draft]) -> None:
    if spec.trailing_comment is None:
        return
    ended = sorted((draft for draft in drafts if draft.parent is not None), key=lambda draft: (draft.end, -draft.start))
    ends = [draft.end for draft in ended]
    for node in buckets.nodes("comment"):
        if spec.trailing_comment.match(data, node.start_byte, node.end_byte) is None:
            continue
        index = bisect_right(ends, node.start_byte) - 1
        if index >= 0 and not ended[index].documentation:
            text = data[node.start_byte : node.end_byte].decode("utf-8", "replace")
            ended[index].documentation = _dedented(spec.comment_markers.sub("", text))


def docstring(text: str) -> str:
    """The text of a string literal, prefix and quotes removed, dedented; at most `LIMIT` characters."""
    found = _QUOTES.match(text.strip())
    body = found.group(2) if found else text
    return _dedented(body)


def _dedented(body: str) -> str:
    first, line_break, rest = body.strip().replace("\r\n", "\n").partition("\n")
    return (first + line_break + textwrap.dedent(rest))[:LIMIT].rstrip() if line_break else first[:LIMIT].rstrip()


def _comments(spec: LanguageSpec, buckets: Buckets, data: bytes) -> dict[int, tuple[int, int]]:
    """Byte at which the next thing begins → span of the comment before it."""
    accepted = spec.documentation_comment
    assert accepted is not None
    before = {}
    for node in buckets.nodes("comment"):
        start, end = node.start_byte, node.end_byte
        if spec.trailing_comment is not None and spec.trailing_comment.match(data, start, end) is not None:
            continue
        if accepted.match(data, start, end) is None or data[data.rfind(b"\n", 0, start) + 1 : start].strip():
            continue
        stop = end - 1 if data[end - 1 : end] == b"\n" else end
        gap = _GAP.match(data, stop)
        before[gap.end() if gap else end] = (start, stop)
    return before


def _preceding(spec: LanguageSpec, draft: Draft, before: dict[int, tuple[int, int]], data: bytes) -> str:
    places = []
    found = before.get(draft.start) or before.get(draft.head)
    size = 0
    while found is not None and size < 2 * LIMIT:
        places.append(found)
        size += found[1] - found[0]
        found = before.get(found[0])
    if not places:
        return ""
    text = "\n".join(data[start:end].decode("utf-8", "replace") for start, end in reversed(places))
    return _dedented(spec.comment_markers.sub("", text))
