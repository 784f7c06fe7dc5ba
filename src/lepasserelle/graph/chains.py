"""Chains as numbers, taken apart once each: how one ends, what stands before that, and what it begins with. Resolves nothing.

Numbers of chains are their own, apart from those of names: a text is looked at once, however many places state it.
"""

import re
from typing import Final

from lepasserelle.graph.strings import Interner

NAME, LAMBDA, RECEIVER, LITERAL, NOTHING, MEMBER, OWN_MEMBER, CALL, SUBSCRIPT = range(9)
"""Ends of a chain. The first five are roots; `OWN_MEMBER` is a member of `<self>`."""

Part = tuple[int, int, int, int]
"""(end, chain before it, string of the name, chain of the root)."""

SELF: Final = "<self>"
CLASS: Final = "<class>"
SUPER: Final = "<super>"
GLOBAL_ROOT: Final = "<global>"
"""Root of a name that is written from the top (`\\A\\B` of PHP)."""
_RECEIVERS: Final = frozenset({SELF, CLASS, SUPER})
_UNNAMED: Final = re.compile(r"<class\d+>")
_MOST_REMEMBERED: Final = 100_000


class Chains(Interner):
    """Texts of chains to numbers and back."""

    __slots__ = ("owners", "parts")

    def __init__(self, strings: Interner) -> None:
        super().__init__()
        self.parts = Parts(self, strings)
        self.owners = Owners(self)

    def rewind(self, count: int) -> None:
        """Forget all but the first `count` chains, and whatever is remembered of any: it names strings that may be gone too."""
        super().rewind(count)
        self.parts.clear()
        self.owners.clear()

    def trim(self) -> None:
        """Keep what is remembered bounded."""
        for memo in (self.parts, self.owners):
            if len(memo) > _MOST_REMEMBERED:
                memo.clear()


class Parts(dict[int, Part]):
    """Chains, each taken apart at its end when it is first asked for."""

    __slots__ = ("_chains", "_strings")

    def __init__(self, chains: Chains, strings: Interner) -> None:
        super().__init__()
        self._chains = chains
        self._strings = strings

    def __missing__(self, chain: int) -> Part:
        part = self[chain] = self._take_apart(chain, self._chains.texts[chain])
        return part

    def _take_apart(self, chain: int, text: str) -> Part:
        if text[-1:] == "`" and (start := text.rfind("`", 0, -1)) >= 0 and (not start or text[start - 1] == "."):
            return self._quoted(chain, text, start)
        end = text[-2:]
        if end in {"()", "[]"}:
            prefix = self._chains[text[:-2]]
            return CALL if end == "()" else SUBSCRIPT, prefix, 0, self[prefix][3]
        before, dot, name = text.rpartition(".")
        if not dot:
            return _kind_of_root(text), 0, self._strings[text], chain
        prefix = self._chains[before]
        return OWN_MEMBER if before == SELF else MEMBER, prefix, self._strings[name], self[prefix][3]

    def _quoted(self, chain: int, text: str, start: int) -> Part:
        """One that ends in an operator, which stands in backticks because it may hold dots and brackets."""
        name = self._strings[text[start + 1 : -1]]
        if not start:
            return NAME, 0, name, chain
        prefix = self._chains[text[: start - 1]]
        return OWN_MEMBER if text[: start - 1] == SELF else MEMBER, prefix, name, self[prefix][3]


class Owners(dict[int, tuple[int, ...]]):
    """The chains that a place goes through on its way to the last name or item, the longest first: `a.b` and `a` of `a.b().c`, each
    before the dot that follows it, and both of `a.b[]`, too; none that ends in a call or a subscript, and no root `<…>`.
    """

    __slots__ = ("_chains",)

    def __init__(self, chains: Chains) -> None:
        super().__init__()
        self._chains = chains

    def __missing__(self, chain: int) -> tuple[int, ...]:
        found = self[chain] = self._follow(chain)
        return found

    def _follow(self, chain: int) -> tuple[int, ...]:
        end, before, _, _ = self._chains.parts[chain]
        if end == CALL:
            return self[before]
        if end not in {MEMBER, SUBSCRIPT} or self._chains.texts[before][-1:] == ">":
            return ()
        return self[before] if self._chains.parts[before][0] in {CALL, SUBSCRIPT} else (before, *self[before])


def _kind_of_root(text: str) -> int:
    if text in _RECEIVERS:
        return RECEIVER
    if text.startswith("<lambda") or _UNNAMED.fullmatch(text):
        return LAMBDA
    if text[:1] not in {"<", "?", ""}:
        return NAME
    return LITERAL if text[-1:] == ">" and text != "<none>" else NOTHING
