"""`leindex grep` and `search --mode literal|regex` in their plain form, answered at once. Every other form is left to click.

Not the search (`lepasserelle.lines`). Invariants: imports neither click nor numpy; what is printed is what the command that click
knows prints; whatever is wrong with the words is left to click, which says it better.
"""

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from lepasserelle.model import SearchRequest

_VALUES: Final[Mapping[str, str]] = {
    "--project": "project",
    "-p": "project",
    "--index-dir": "index_dir",
    "--language": "language",
    "--path": "path",
    "--max-tokens": "max_tokens",
    "--cursor": "cursor",
    "--mode": "mode",
    "--limit": "limit",
    "-n": "limit",
}
"""Option → what its value is."""
_FLAGS: Final[Mapping[str, str]] = {
    "--regex": "is_regex",
    "-e": "is_regex",
    "--ignore-case": "ignore_case",
    "-i": "ignore_case",
    "--word": "whole_word",
    "-w": "whole_word",
    "--json": "as_json",
}
_OF_SEARCH: Final = frozenset({"mode", "limit"})
_HITS: Final = 10
"""That `search` gives where it is not told how many."""
_MOST_HITS: Final = 1000
_OF_GREP: Final = frozenset({"is_regex"})
_CUTTING: Final = frozenset({"max_tokens", "cursor"})
_NOT_WITH_JSON: Final = {"grep": _CUTTING, "search": _CUTTING | {"ignore_case", "whole_word"}}
_LINE_MODES: Final = ("literal", "regex")
_ENCODINGS: Final = frozenset({"utf-8", "utf8"})


class Asked(NamedTuple):
    """What the words say."""

    request: dict[str, object]
    """Values of a `SearchRequest`; a cursor is empty, everything else absent, when it is not given."""
    project: str | None
    index_dir: str | None
    as_json: bool = False
    limit: int = 0
    """Of the lines in JSON; 0: all that are given at most."""


def plain_words(command: str, words: Sequence[str]) -> Asked | None:
    """The words behind `grep` or `search`; None for every other form."""
    foreign = _OF_SEARCH if command == "grep" else _OF_GREP
    values: dict[str, str | bool] = {}
    texts: list[str] = []
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        option, is_joined, value = word.partition("=") if word.startswith("--") else (word, "", "")
        if not word.startswith("-"):
            texts.append(word)
        elif option in _FLAGS and not is_joined and _FLAGS[option] not in foreign:
            values[_FLAGS[option]] = True
        elif option in _VALUES and _VALUES[option] not in foreign and (is_joined or waiting):
            values[_VALUES[option]] = value if is_joined else waiting.pop(0)
        else:
            return None
    mode = values.pop("mode", "regex" if values.pop("is_regex", False) else "literal" if command == "grep" else "hybrid")
    limit = values.pop("limit", str(_HITS))
    if len(texts) != 1 or not texts[0] or mode not in _LINE_MODES or not _is_limit(limit):
        return None
    as_json = bool(values.pop("as_json", False))
    if as_json and not _NOT_WITH_JSON[command].isdisjoint(values):
        return None
    project, index_dir = (values.pop(name, None) for name in ("project", "index_dir"))
    request: dict[str, object] = {"cursor": "", **values, "query": texts[0], "mode": mode}
    where, index = (None if place is None else str(place) for place in (project, index_dir))
    return Asked(request, where, index, as_json, int(limit) if command == "search" else 0)


def _is_limit(value: str | bool) -> bool:
    """Whether click would take it as `--limit`, which lines on a page are shown without."""
    text = str(value)
    return text.isascii() and text.isdigit() and len(text) <= len(str(_MOST_HITS)) and 1 <= int(text) <= _MOST_HITS


def answered(command: str, words: Sequence[str]) -> bool:
    """Whether the answer was printed; nothing was, otherwise. Raises `OSError` when it could not be written."""
    asked = plain_words(command, words)
    if asked is None or (sys.stdout.encoding or "").lower() not in _ENCODINGS:
        return False
    text = _text(asked)
    if text is None:
        return False
    sys.stdout.write(text)
    sys.stdout.flush()
    return True


def _text(asked: Asked) -> str | None:
    from lepasserelle.errors import ProjectError, QueryError
    from lepasserelle.lines import answer
    from lepasserelle.model import LEAST_TOKENS, MOST_TOKENS, SearchRequest, request_from
    from lepasserelle.project import find_project, from_working_folder
    from lepasserelle.wording import visible

    budget = str(asked.request.get("max_tokens", MOST_TOKENS))
    if not (budget.isascii() and budget.isdigit() and len(budget) < len(str(MOST_TOKENS)) + 1):
        return None
    if not LEAST_TOKENS <= int(budget) <= MOST_TOKENS:
        return None
    try:
        request = request_from({**asked.request, "max_tokens": int(budget)}, SearchRequest)
    except QueryError:
        return None
    try:
        where = find_project(asked.project), from_working_folder(asked.index_dir)
    except ProjectError:
        return None
    if asked.as_json:
        return _json(request, asked.limit, *where)
    page = answer(request, *where)
    if page is None:
        return None
    if page.text.replace("\n", "").isprintable():  # seen at once, which takes a tenth of seeing it line by line
        return page.text + "\n"
    return "".join(visible(line, keep="\t") + "\n" for line in page.text.split("\n"))


def _json(request: "SearchRequest", limit: int, project: "Path", index_dir: str | None) -> str | None:
    """As `output.print_json` has it; None also for a text that no JSON can hold."""
    import msgspec

    from lepasserelle.faces.cli.schema import SCHEMA_VERSION
    from lepasserelle.lines import document, hits

    found = hits(request, limit, project, index_dir) if limit else document(request, project, index_dir)
    if found is None:
        return None
    try:
        encoded = msgspec.json.encode({"schema_version": SCHEMA_VERSION, **found})
    except UnicodeEncodeError:
        return None
    return msgspec.json.format(encoded, indent=2).decode() + "\n"
