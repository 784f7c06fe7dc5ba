"""Words of answers that every face has: names of a project as they can be shown, and counts of things.

Imports next to nothing, so that a quick command may use it.
"""

from typing import Final

from lepasserelle.late import late

_COMMANDS: Final = late("[\\x00-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ud800-\\udfff]")
"""What a terminal obeys and does not show: control characters, ends of lines, turns of direction, halves of pairs."""


def visible(text: str, keep: str = "") -> str:
    r"""A text of the project as one line that a terminal only shows: what it would obey is written as an escape (`\x1b`, `\n`).

    A file can have any name, and a person who reads an answer about it must not be deceived by it. JSON stays exact instead.
    """
    if text.isprintable():  # none of them is
        return text
    return _COMMANDS.sub(lambda found: found[0] if found[0] in keep else repr(found[0])[1:-1], text)


def counted(count: int, one: str, several: str = "") -> str:
    """`1 file`, `2 files`; `several` is what more than one are, without it `one` with an s."""
    return f"{count} {one if count == 1 else several or f'{one}s'}"
