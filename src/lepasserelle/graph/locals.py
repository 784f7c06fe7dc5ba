"""Names that only one function of Python knows, without their spelling: a local that is called otherwise binds the same.

What a parameter or a local means is asked for by chains that begin with it, within its function, and by nobody else. So two
versions of a file are compared with each such name replaced by its place among those of its function.
"""

from typing import Final

from lepasserelle.graph.shapes import IS_CALLABLE, IS_TYPE
from lepasserelle.model import FileFacts, FlowKind

_BINDS: Final = frozenset({FlowKind.PARAMETER, FlowKind.ASSIGN, FlowKind.DECLARE})
_SHARES: Final = frozenset({FlowKind.GLOBAL, FlowKind.NONLOCAL})
_NO_LETTERS: Final = "<?@:"
"""What chains begin with that begin with no name."""


class Locals:
    """The locals of one file, by the function that binds them."""

    def __init__(self, facts: FileFacts) -> None:
        self._definitions = facts.definitions
        self._bound: list[dict[str, str]] = [{} for _ in facts.definitions]
        """Of each definition the names that it binds: what a local is called here, empty for other names."""
        shared = {flow.target for flow in facts.flows if flow.kind in _SHARES}
        for each in facts.definitions[1:]:
            self._bound[each.parent][each.name] = ""
        for one in facts.imports:
            self._bound[one.scope][one.alias] = ""
        for flow in facts.flows:
            if flow.kind in _BINDS | _SHARES:
                self._bind(flow.scope, flow.target.removesuffix("[]"), shared)

    def _bind(self, scope: int, name: str, shared: set[str]) -> None:
        names = self._bound[scope]
        if "." not in name and name not in names:
            is_local = IS_CALLABLE[self._definitions[scope].kind] and name not in shared and name[:2] != "__"
            names[name] = f"%{len(names)}" if is_local and name[:1] not in _NO_LETTERS else ""

    def unnamed(self, scope: int, chain: str) -> str:
        """A chain of a scope, without the spelling of a local that it begins with."""
        root = chain
        for mark in ".[(":
            root = root.partition(mark)[0]
        here, first = scope, True
        while root and here >= 0:
            if first or not IS_TYPE[self._definitions[here].kind]:
                found = self._bound[here].get(root)
                if found is not None:
                    return f"{here}{found}{chain[len(root) :]}" if found else chain
            here, first = self._definitions[here].parent, False
        return chain
