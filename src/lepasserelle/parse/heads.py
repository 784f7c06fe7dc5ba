"""The head of a definition: signature, flags, decorators, bases, complexity; read once all drafts are nested."""

import re
from bisect import bisect_right
from functools import lru_cache

from tree_sitter import Node

from lepasserelle.model import NodeFlag, NodeKind
from lepasserelle.model.calling import CLOSED, PRIVATE
from lepasserelle.parse.captures import Buckets
from lepasserelle.parse.chains import Chains
from lepasserelle.parse.draft import IS_CALLABLE, IS_TYPE, Draft
from lepasserelle.parse.scopes import Scopes
from lepasserelle.parse.spec import Head, LanguageSpec, never

SIGNATURE_LIMIT = 400
"""Characters of the longest signature."""

_WORD = re.compile(r"[^\W\d]\w*")
_VALUE_LIMIT = 160
_COMMENTS_AT_END = re.compile(r"(?:(?:#|//|--)[^\n]*\n\s*)+$")
_MARKS = (("flag.async", NodeFlag.ASYNC), ("flag.static", NodeFlag.STATIC))
_EXPORTED, _TEST, _DECLARATION = int(NodeFlag.EXPORTED), int(NodeFlag.TEST), int(NodeFlag.DECLARATION)
_NO_WORDS: frozenset[str] = frozenset()
_LAMBDA, _MACRO, _MODULE, _NAMESPACE = NodeKind.LAMBDA, NodeKind.MACRO, NodeKind.MODULE, NodeKind.NAMESPACE
_ENUM_MEMBER = NodeKind.ENUM_MEMBER


def decorate(buckets: Buckets, scopes: Scopes, values: Chains, spec: LanguageSpec, data: bytes) -> None:
    """Decorators and bases to the definitions they stand on, and flags that follow from decorators."""
    decorators = sorted(buckets.nodes("decorator"), key=lambda node: node.start_byte)
    for node in decorators:
        owner = scopes.definition_at(node.start_byte)
        if owner.kind is _MODULE:
            continue
        chain = values.chain(node)
        owner.decorators.append(chain)
        _behead(owner, node, data)
        flag = spec.decorator_flags.get(chain.removesuffix("()").rpartition(".")[2])
        if flag:
            owner.flags |= int(flag)
    for node in sorted(buckets.nodes("decorator.list"), key=lambda node: node.start_byte):
        _behead(scopes.definition_at(node.start_byte), node, data)
    for role, marked in _MARKS:
        for node in buckets.nodes(role):
            scopes.definition_at(node.start_byte).flags |= int(marked)
    for node in buckets.nodes("async"):
        owner = scopes.definition_at(node.start_byte)
        if owner.callable and node.start_byte < owner.body_start:
            owner.flags |= int(NodeFlag.ASYNC)
    for node in sorted(buckets.nodes("base"), key=lambda node: node.start_byte):
        typed = _type_at(scopes, node.start_byte)
        chain = values.type_chain(node)
        if typed is not None and chain not in ("?", "<none>"):
            typed.bases.append(chain)


def extend_constants(drafts: list[Draft]) -> None:
    """A constant of an enumeration that has a body of its own is a class below it."""
    for draft in drafts:
        if draft.kind is _ENUM_MEMBER and draft.body_start < draft.body_end and draft.parent is not None:
            draft.bases.append(draft.parent.name)


def _behead(owner: Draft, node: Node, data: bytes) -> None:
    """A decorator at the very begin of a head is no part of the signature."""
    if node.end_byte <= owner.name_start and not data[owner.head : node.start_byte].strip(b" \t\r\n[@"):
        owner.head = max(owner.head, node.end_byte)


def _type_at(scopes: Scopes, position: int) -> Draft | None:
    draft: Draft | None = scopes.definition_at(position)
    while draft is not None and not (IS_TYPE[draft.kind] or draft.kind is _NAMESPACE):
        draft = draft.parent
    return draft


def count_decisions(buckets: Buckets, scopes: Scopes) -> None:
    """Add each decision to the scope that it stands in."""
    positions, owners = scopes.code.positions, scopes.code.owners
    for node in buckets.nodes("decision"):
        owners[bisect_right(positions, node.start_byte) - 1].decisions += 1


def signature(draft: Draft, data: bytes) -> str:
    """The head as written on one line, without body."""
    if draft.kind is _MODULE or (draft.kind is _LAMBDA and draft.body_start <= draft.head):
        return ""
    if draft.signature_end:
        text = data[draft.head : min(draft.signature_end, draft.head + 4 * SIGNATURE_LIMIT)]
        return _without_tail(_one_line(text.decode("utf-8", "replace"), SIGNATURE_LIMIT))
    if draft.body_start < draft.body_end and draft.body_start > draft.head:
        text = data[draft.head : min(draft.body_start, draft.head + 4 * SIGNATURE_LIMIT)]
        return _without_tail(_one_line(text.decode("utf-8", "replace"), SIGNATURE_LIMIT))
    stop = min(draft.end, draft.head + 4 * SIGNATURE_LIMIT)
    limit = SIGNATURE_LIMIT
    if not IS_CALLABLE[draft.kind]:
        line_break = data.find(b"\n", draft.name_start, stop)
        stop = stop if line_break < 0 else line_break
        limit = _VALUE_LIMIT
    return _one_line(data[draft.head : stop].decode("utf-8", "replace"), limit).rstrip(" \t;,")


def _one_line(text: str, limit: int) -> str:
    if "\n" in text and ("#" in text or "//" in text or "--" in text):
        text = _COMMENTS_AT_END.sub("", text)
    return " ".join(text.split())[:limit].rstrip()


def _without_tail(text: str) -> str:
    """A head without what leads over to the body: one arrow or equals sign, and the marks and spaces around it."""
    bare = text.rstrip(" :{")
    if bare.endswith(("->", "=>")):
        bare = bare[:-2]
    elif bare.endswith("="):
        bare = bare[:-1]
    return bare.rstrip(" :{,")


@lru_cache(maxsize=1_024)
def _words(text: bytes) -> frozenset[str]:
    """The words of a head before its name; nearly all heads of a language begin with the same few."""
    return frozenset(_WORD.findall(text.decode("utf-8", "replace")))


def flag(spec: LanguageSpec, draft: Draft, data: bytes, hidden: frozenset[int]) -> None:
    """Add the flags that follow from the words before the name, the name itself and a missing body."""
    kind = draft.kind
    flags = draft.flags
    words = _words(data[draft.head : draft.name_start]) if draft.head < draft.name_start else _NO_WORDS
    if words:
        for word in words & spec.modifiers.keys() if not words.isdisjoint(spec.modifiers) else ():
            flags |= int(spec.modifiers[word])
        if spec.member_modifiers and not IS_TYPE[kind]:
            for word in words & spec.member_modifiers.keys():
                flags |= int(spec.member_modifiers[word])
    if draft.callable and kind is not _MACRO and draft.body_start >= draft.body_end:
        flags |= _DECLARATION
    if kind is not _LAMBDA and kind is not _MODULE:
        parent = draft.parent.kind if draft.parent is not None else _MODULE
        head = Head(draft.name, kind, words, tuple(draft.decorators), parent)
        if draft.name_start not in hidden and spec.exported(head):
            flags |= _EXPORTED
        if spec.test is not never and spec.test(head):
            flags |= _TEST
        if draft.callable and spec.closed is not never:
            draft.calling |= CLOSED if spec.closed(head) else 0
            draft.calling |= PRIVATE if spec.typed_arguments and not words.isdisjoint(spec.private_words) else 0
    draft.flags = flags


def only_listed(buckets: Buckets, drafts: list[Draft], values: Chains) -> None:
    """Where the file lists its exports, what the list does not name (nor its type) is not EXPORTED."""
    listed = {values.name(node) for node in buckets.nodes("export.name")}
    if not listed:
        return
    for draft in drafts[1:]:
        top = draft
        while top.parent is not None and top.parent.kind is not _MODULE:
            top = top.parent
        if top.name not in listed:
            draft.flags &= ~NodeFlag.EXPORTED
