"""Scopes of one file: which code a byte belongs to, who the receiver is there, and which names are local.

A scope is the draft whose body holds the byte. Head parts (decorators, annotations, bases) belong to the scope around, and so do
defaults of parameters that are made with the function (Python); defaults that each call makes anew belong to the function.
"""

from collections.abc import Iterable

from tree_sitter import Node

from lepasserelle.model import NodeFlag, NodeKind
from lepasserelle.parse.chains import root_of
from lepasserelle.parse.draft import IS_TYPE, Draft
from lepasserelle.parse.regions import Regions

_CONSTRUCTOR, _FUNCTION, _METHOD, _MODULE = NodeKind.CONSTRUCTOR, NodeKind.FUNCTION, NodeKind.METHOD, NodeKind.MODULE


class Scopes:
    """Look-ups by position and by name over the drafts of one file."""

    __slots__ = ("_memo", "code", "code_at", "definition_at", "function_at", "module", "receivers")

    def __init__(self, drafts: list[Draft], defaults: Iterable[Node] = ()) -> None:
        """`defaults`: parts of parameters that run at each call."""
        self.module = drafts[0]
        self.function_at = Regions([(d.start, d.end, d) for d in drafts if d.callable], self.module).at
        """The innermost function whose span, head included, holds the byte; or the module."""
        heads = [(node.start_byte, node.end_byte, self.function_at(node.start_byte - 1)) for node in defaults]
        bodies = [(min(d.inner_start, d.body_start), d.body_end, d) for d in drafts if d.code]
        self.code = Regions(heads + bodies, self.module)
        """Which scope's code a byte belongs to."""
        self.code_at = self.code.at
        """The scope whose code holds the byte."""
        self.definition_at = Regions([(d.start, d.end, d) for d in drafts], self.module).at
        """The innermost definition whose span, decorators included, holds the byte."""
        self._memo: dict[tuple[int, str], str] = {}
        self.receivers: frozenset[str] = frozenset()
        """Names of the receivers of the file."""

    def callable_at(self, position: int) -> Draft:
        """The innermost function around the byte, or the module."""
        draft: Draft | None = self.code.at(position)
        while draft is not None and not draft.callable:
            draft = draft.parent
        return draft or self.module

    def type_around(self, scope: Draft) -> Draft | None:
        """The class whose method, or whose method's inner function, the scope is."""
        draft: Draft | None = scope
        while draft is not None and not IS_TYPE[draft.kind]:
            if draft.kind is _FUNCTION and draft.receiver_root == "<self>":
                return draft
            draft = draft.parent
        return draft

    def settle_receivers(self, word: str, drafts: Iterable[Draft]) -> None:
        """Methods and types that have a receiver of their own, in a language with a word for it."""
        for draft in drafts:
            if IS_TYPE[draft.kind]:
                draft.receiver_text, draft.receiver_root = word, "<self>"
            elif draft.kind in (_METHOD, _CONSTRUCTOR):
                parent = draft.parent
                owned = (
                    draft.receiver
                    or draft.receiver_root == "<self>"
                    or (parent is not None and parent.kind is not _MODULE and not parent.callable)
                )
                draft.receiver_text = word
                draft.receiver_root = "" if not owned else "<class>" if draft.flags & NodeFlag.STATIC else "<self>"

    def name_receivers(self, drafts: Iterable[Draft]) -> None:
        """To be called once the drafts know the names of their receivers."""
        self.receivers = frozenset([draft.receiver_text for draft in drafts if draft.receiver_text])

    def received(self, chain: str, scope: Draft) -> str:
        """The chain with a name that means the receiver in this scope replaced by what it means."""
        root = root_of(chain)
        if root not in self.receivers:
            return chain
        meaning = self.meaning(root, scope)
        return meaning + chain[len(root) :] if meaning else chain

    def meaning(self, root: str, scope: Draft) -> str:
        """What a name of a receiver means in a scope; empty where it is one like any other."""
        known = self._memo.get((id(scope), root))
        if known is not None:
            return known
        walked = []
        current: Draft | None = scope
        meaning = ""
        while current is not None:
            key = (id(current), root)
            held = self._memo.get(key)
            if held is not None:
                meaning = held
                break
            walked.append(key)
            if current.receiver_text == root:
                meaning = current.receiver_root
                break
            if current.callable and root in current.bound:
                break
            current = current.parent
        for key in walked:
            self._memo[key] = meaning
        return meaning
