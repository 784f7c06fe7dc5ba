"""The weights that stand outside of `query/weights.py`, each with where it stands and how it is set: those that are built into an
index, and those of questions, names, files and lists.

Not the measuring. A constant is set in the module that reads it, for as long as it is measured. Invariant: afterwards everything is
as it was.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Final

from lepasserelle.terms import Field

WORDS, VECTORS, ASKED, ALIKE = "words", "vectors", "", "alike"
"""What has to be built anew for it: the postings, the vectors, nothing, or what a searcher remembers of files."""


@dataclass(frozen=True, slots=True)
class Constant:
    """One number in a module of the package."""

    module: str
    name: str
    neutral: float | None
    """Where it says nothing, or is equal to its siblings; None: there is no such value, or it is one that is tried anyway."""
    rebuilds: str = ASKED
    at: int | None = None
    """Its place, where the name is an array."""
    most: float = float("inf")
    is_whole: bool = False

    @property
    def title(self) -> str:
        """As the table calls it."""
        place = "" if self.at is None else f" of {Field(self.at).name.lower()}"
        return f"{self.module.partition('.')[0]}: {_SAID.get(f'{self.module}.{self.name}') or _SAID[self.name]}{place}"

    @property
    def value(self) -> float:
        """As it ships."""
        found = getattr(self._home(), self.name)
        return float(found if self.at is None else found[self.at])

    def tried(self) -> dict[str, float]:
        """`neutral`, `half`, `double` → value, where it differs from the shipped one and may be had."""
        values = {"neutral": self.neutral, "half": self.value / 2, "double": min(self.most, self.value * 2)}
        whole = {
            name: max(1.0, float(round(value))) if self.is_whole else value for name, value in values.items() if value is not None
        }
        return {name: value for name, value in whole.items() if value != self.value}

    @contextmanager
    def set_to(self, value: float) -> Iterator[None]:
        """So much, until it ends."""
        home, before = self._home(), self.value
        self._put(home, value)
        try:
            yield
        finally:
            self._put(home, before)

    def _home(self) -> ModuleType:
        return import_module(f"lepasserelle.{self.module}")

    def _put(self, home: ModuleType, value: float) -> None:
        given = int(value) if self.is_whole else value
        if self.at is None:
            setattr(home, self.name, given)
        else:
            getattr(home, self.name)[self.at] = given


_SAID: Final = {
    "WEIGHTS": "BM25F weight",
    "NORMALISATION": "BM25F b",
    "K1": "BM25F k1",
    "_WEIGHTS": "weight",
    "PLACE_SHARE": "share of a node's place in its windows",
    "LOCAL_WEIGHT": "power of how telling a word is here",
    "UNKNOWN_LENGTH": "length of a word that the table lacks",
    "LEAST_COSINE": "least cosine",
    "_REPEATED": "share of a repeated word",
    "_WHOLE_OF_COMPOUND": "share of the parts of a compound",
    "_WHOLE_OF_WORD": "share of the identifier of a word",
    "_JOINED_NEIGHBOURS": "share of joined neighbours",
    "_LESS": "spelled without function words",
    "_BELOW": "files in folders of a named folder",
    "_FOREMOST": "the foremost of several places",
    "_FILE_PLACES": "places summed for a file",
    "_FILES_KEPT": "files whose own nodes are candidates",
    "_IN_NAMED_FILES": "candidates of named files",
    "HANDING": "hits that hand on",
    "MOST_HANDED": "most that is handed on",
    "_LEAST_NAMES": "names that a form shares",
    "_LEAST_SHARE": "share of names that a form shares",
    "_ONE_SIDED": "how one-sided a form leans",
    "query.builds._LEAST_SHARE": "share of names that two builds of a module share",
    "_A_SLIP": "a slip in a word",
}

CONSTANTS: Final = (
    *(Constant("lexical.scoring", "WEIGHTS", 0.0, WORDS, int(field)) for field in Field),
    *(Constant("lexical.scoring", "NORMALISATION", 0.0, WORDS, int(field), most=1.0) for field in Field),
    Constant("lexical.scoring", "K1", 0.0, WORDS),
    *(Constant("vectors.documents", "_WEIGHTS", 0.0, VECTORS, int(field)) for field in Field),
    Constant("vectors.documents", "PLACE_SHARE", 1.0, VECTORS),
    Constant("vectors.trained", "LOCAL_WEIGHT", 0.0, VECTORS),
    Constant("vectors.trained", "UNKNOWN_LENGTH", 0.0, VECTORS),
    Constant("vectors.search", "LEAST_COSINE", 0.0, VECTORS),
    Constant("terms.question", "_REPEATED", 0.0),
    Constant("terms.question", "_WHOLE_OF_COMPOUND", 0.0),
    Constant("terms.question", "_WHOLE_OF_WORD", 0.0),
    Constant("terms.question", "_JOINED_NEIGHBOURS", 0.0),
    Constant("query.naming", "_LESS", 1.0, most=1.0),
    Constant("query.whereabouts", "_BELOW", 1.0, most=1.0),
    Constant("query.retrieve", "_FOREMOST", 0.0),
    Constant("query.retrieve", "_FILES_KEPT", None, is_whole=True),
    Constant("query.retrieve", "_IN_NAMED_FILES", None, is_whole=True),
    Constant("query.rank", "_FILE_PLACES", 1.0, is_whole=True),
    Constant("query.handing", "HANDING", None, is_whole=True),
    Constant("query.handing", "MOST_HANDED", None),
    Constant("query.variants", "_LEAST_NAMES", 1.0, ALIKE, is_whole=True),
    Constant("query.variants", "_LEAST_SHARE", 0.0, ALIKE, most=1.0),
    Constant("query.variants", "_ONE_SIDED", 1.0, ALIKE),
    Constant("query.builds", "_LEAST_SHARE", 0.0, ALIKE, most=1.0),
    Constant("query.respelling", "_A_SLIP", 1.0, most=1.0),
)
"""Not among them: bounds against long input, which no ordinary question meets; widths of windows (decision 298 has their
figures); and shares of a context, which answers with definitions and not with files first (decisions 298 and 308).
"""
