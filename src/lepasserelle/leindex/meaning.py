"""Questions that meaning helps to answer, and what becomes of them when the model of words cannot be read: words and names answer,
and the answer says so.

The index is whole then, so nothing is mended or built (`current` does that for what is damaged). Invariant: where meaning alone was
asked for, there is no answer but the error.
"""

from collections.abc import Callable
from typing import Final

from lepasserelle.errors import ConfigError, ModelError
from lepasserelle.leindex import needs
from lepasserelle.leindex.generation import OpenGeneration
from lepasserelle.leindex.keeper import Asked, Keeper
from lepasserelle.model import Analysis, SearchHit

_BY_MEANING: Final = ("hybrid", "semantic")

_NEED_NO_MODEL: Final = "Modes `lexical` and `symbol`, lines, and questions about the graph are answered without it"

Note = Callable[[str], None]
SearchAsked = tuple[str, int, str, str | None, str | None, str | None, bool]
"""As `Searcher.search` takes it: question, number, mode, language, kind, path, flat."""


class WordsAloneError(Exception):
    """Carries an answer that is not to be kept: a later one, with the model, is better."""

    def __init__(self, answer: Analysis) -> None:
        super().__init__("answered by words alone")
        self.answer = answer


def search(note: Note, asked: SearchAsked, generation: OpenGeneration) -> list[SearchHit]:
    """The hits, after `note` was told what they lack."""
    note(told(generation, asked[2]))
    return generation.searcher().search(*asked)


def analyze(note: Note, asked: Asked, keeper: Keeper, generation: OpenGeneration) -> Analysis:
    """The analysis, kept or computed; after `note` was told what it lacks."""

    def computed() -> Analysis:
        note(lacking := told(generation))
        found = generation.analyst().analyze(*asked)
        if lacking:
            raise WordsAloneError(found)
        return found

    try:
        return keeper.answered(generation, asked, needs.analysis(asked[1]), computed)
    except WordsAloneError as found:
        return found.answer


def told(generation: OpenGeneration, mode: str = "hybrid") -> str:
    """What an answer in this mode must say of the model; empty: nothing is missing. Raises `ModelError` where without the model
    there is no answer, and `ConfigError` where a model of the user's is asked for by its setting and cannot be used.
    """
    if mode not in _BY_MEANING:
        return ""
    generation.searcher()
    if generation.without_model and generation.is_setting_wrong:
        raise ConfigError(f"{generation.without_model}. {_NEED_NO_MODEL}")
    if generation.without_model and mode == "semantic":
        raise ModelError(generation.without_model)
    return f"answered by words alone: {generation.without_model}" if generation.without_model else ""
