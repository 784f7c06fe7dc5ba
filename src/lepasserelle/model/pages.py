"""A bounded answer: what fits into a number of tokens, and what it takes to have the rest."""

from typing import Final

import msgspec

from lepasserelle.wording import counted


class Remarks(msgspec.Struct, frozen=True):
    """What an answer must say about itself, whatever it is about."""

    partial: str = ""
    """Why it does not come from a complete index; empty: it does."""
    stale_files: int | None = None
    """Files changed since the index was made; None: not known."""
    stale_is_lower_bound: bool = False
    notes: tuple[str, ...] = ()
    left_out: str = ""
    """Which files are not in what was searched; empty: none that anybody would miss."""
    cut: str = ""
    """How much of the question was read; empty: all of it."""


MOST_QUESTION_CHARS: Final = 4096
"""Of a question; what follows is not read: no question is longer, and pasted files would be."""


def cut_told(question: str) -> str:
    """In words how much of a question is read; nothing where that is all."""
    if len(question) <= MOST_QUESTION_CHARS:
        return ""
    return f"only {MOST_QUESTION_CHARS} of the {len(question)} characters of the question are read"


UNCOUNTED: Final = "whether files have changed since the index was made was not found out in the time allowed"
"""What an answer says of a count that ended before it found one: silence would say that there is none."""


def newer_told(files: int | None, is_lower_bound: bool) -> str:
    """In words how many files are newer than the index; nothing where none is, or where nobody looked."""
    if not files:
        return UNCOUNTED if is_lower_bound else ""
    least = "at least " if is_lower_bound else ""
    return f"{least}{counted(files, 'file is', 'files are')} newer than the index"


class Page(msgspec.Struct, frozen=True, omit_defaults=True):
    """One bounded answer, as a face hands it out."""

    text: str
    """The answer, compact: complete in itself, with what was cut and how to have it in its last line."""
    shown: int = 0
    """Items in it."""
    total: int = 0
    """Items of the whole answer; where the text says that there are more, so many of them are known."""
    cursor: str = ""
    """Asks for what follows; empty: nothing does."""
    stale_files: int | None = None
    """Files changed since the index was made."""
    partial: bool = False
    """It does not come from a complete index."""
