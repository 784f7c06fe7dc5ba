"""Members whose names a text fits of which parts are known (`getattr(self, "visit_" + name)`)."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from lepasserelle.graph.value_cells import CLASS, INSTANCE, MODULE, SHIFT, TAG

if TYPE_CHECKING:
    from lepasserelle.graph.value_flow import Flow

_MOST: Final = 256
"""Members that one text which is partly known may name."""


class Fitting:
    """Over what modules and classes bind: scope and word, packed."""

    def __init__(self, flow: "Flow", declared: Iterable[int]) -> None:
        self._flow = flow
        self._declared = declared
        self._words: dict[int, list[int]] | None = None
        """Scope → the words that it binds, once somebody asks."""

    def words(self, value: int, text: str) -> list[int]:
        """Words of the members of an instance or class, or of names of a module, that a text fits; `*` is what is not known."""
        if value & TAG == MODULE:
            scopes: tuple[int, ...] = (value >> SHIFT,)
        elif value & TAG in (INSTANCE, CLASS):
            scopes = self._flow.members.order(value >> SHIFT)
        else:
            return []
        if self._words is None:
            self._words = {}
            for key in self._declared:
                self._words.setdefault(key >> 32, []).append(key & 0xFFFF_FFFF)
        fits = re.compile(".+".join(map(re.escape, text.split("*")))).fullmatch
        texts = self._flow.strings.texts
        found = dict.fromkeys(word for scope in scopes for word in self._words.get(scope, ()) if fits(texts[word]))
        return list(found) if len(found) <= _MOST else []
