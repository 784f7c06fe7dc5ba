"""Bytes to facts and problems. One `LanguageSpec` a language over its grammar, as data; the only package that knows tree-sitter. Looks at one file alone, never at its path."""

from lepasserelle.model import FileFacts
from lepasserelle.parse.languages import LANGUAGES
from lepasserelle.parse.spec import LanguageSpec

__all__ = ["LANGUAGES", "LanguageSpec", "parse"]


def parse(data: bytes, language: str) -> FileFacts:
    """What the file says, as far as its bytes and its language tell.

    A language without a grammar is cut into SECTION windows. Never raises for what the bytes are: what cannot be understood is in `problems`.
    """
    if language in LANGUAGES:
        from lepasserelle.parse.grammar import grammar  # noqa: PLC0415 - loads a native parser, only for the language at hand
        from lepasserelle.parse.reading import read  # noqa: PLC0415

        return read(grammar(language), data)
    from lepasserelle.parse.sections import cut  # noqa: PLC0415

    return cut(data, language)
