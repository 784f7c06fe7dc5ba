"""Bytes to facts and problems. One `LanguageSpec` a language over its grammar, as data; the only package that knows tree-sitter.

Looks at one file alone, never at its path. What a language consists of, and how to add one, is in `VOCABULARY.md` beside this file.
"""

from functools import cache

from lepasserelle.model import FileFacts
from lepasserelle.parse.languages import LANGUAGES
from lepasserelle.parse.spec import LanguageSpec

__all__ = ["LANGUAGES", "LanguageSpec", "parse"]


def parse(data: bytes, language: str) -> FileFacts:
    """What the file says, as far as its bytes and its language tell.

    A language without a grammar is cut into SECTION windows. Never raises for what the bytes are: what is not understood is in
    `problems`. Native parsers are loaded on first use and kept, one a language; not to be called by two threads at once.
    """
    return _facts(data, language) if data else _of_nothing(language)


@cache
def _of_nothing(language: str) -> FileFacts:
    """What an empty file says: one in six of Django's Python files is one, and each would take as long as forty calls."""
    return _facts(b"", language)


def _facts(data: bytes, language: str) -> FileFacts:
    if language in LANGUAGES:
        from lepasserelle.parse.grammar import grammar
        from lepasserelle.parse.reading import read

        facts = read(grammar(language), data)
        if data.isascii() or not LANGUAGES[language].names_in_one_form:
            return facts
        from lepasserelle.parse.spelling import in_one_form

        return in_one_form(facts)
    from lepasserelle.parse.sections import cut

    return cut(data, language)
