"""`namespace a::b { … }` of C++17 declares what `namespace a { namespace b { … } }` does: a namespace for each part of the name."""

import re

from lepasserelle.model import NodeKind
from lepasserelle.parse.draft import Draft

_MOST_PARTS = 256
"""No compiler takes more; each reads the head anew, so that a name of thousands would take the square of its length."""
_PART = re.compile(rb"(?:inline\s+)?([^\s:]+)")


def enclosing(drafts: list[Draft], data: bytes) -> list[Draft]:
    """The namespaces around those whose name has several parts; these keep the last part, and all begin where the first does."""
    added: list[Draft] = []
    for draft in drafts:
        if draft.kind is NodeKind.NAMESPACE and "." in draft.name:
            *outer, last = _PART.finditer(data, draft.name_start, draft.name_end)
            if len(outer) < _MOST_PARTS:
                added += [_around(draft, part) for part in outer]
                _name(draft, last)
    return added


def _around(inner: Draft, part: re.Match[bytes]) -> Draft:
    """A namespace with the span of an inner one, which it holds with its head."""
    draft = Draft("", NodeKind.NAMESPACE, inner.start, inner.end, inner.name_start)
    _name(draft, part)
    draft.body_start, draft.body_end = draft.name_end, inner.body_end
    draft.inner_start = draft.start
    draft.settle()
    return draft


def _name(draft: Draft, part: re.Match[bytes]) -> None:
    draft.name = part[1].decode("utf-8", "replace")
    draft.name_start, draft.name_end = part.span(1)
