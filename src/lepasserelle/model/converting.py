"""Arguments as they came from outside → a request, or a sentence that says what is wrong and what would be right.

Not the bounds themselves: they stand at the requests. Invariant: whatever JSON comes in, either a request with every value in its
range comes out, or `QueryError`.
"""

import re
from collections.abc import Mapping
from typing import Final, TypeVar

import msgspec

from lepasserelle.errors import QueryError
from lepasserelle.model.requests import LINE_MODES, Request

AnyRequest = TypeVar("AnyRequest", bound=Request)

_SHOWN_CHARS: Final = 300
_FIELD: Final = " field `"
"""In what msgspec says of a name that is unknown or missing."""

_EMPTY: Final = "Expected `str` of length >= 1 "
_PLAIN: Final = {"`int`": "a whole number", "`str`": "a text", "`bool`": "true or false", "`float`": "a number"}


def request_from(values: Mapping[str, object], kind: type[AnyRequest]) -> AnyRequest:
    """A value of None counts as not given; numbers may come as text. Raises `QueryError`."""
    given = {key: _clean(value) for key, value in values.items() if value is not None}
    if values.get("mode") in LINE_MODES and "query" in given:
        given["query"] = values["query"]  # bytes that are no text, as a command line has them, are looked for as they stand
    try:
        return msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError as error:
        names = f". Arguments: {', '.join(kind.__struct_fields__)}" if _FIELD in str(error) else ""
        raise QueryError(f"{_plain(str(error))}{names}") from None
    except RecursionError:
        raise QueryError("the arguments are nested too deeply") from None


def check_request(request: object) -> None:
    """Raise `QueryError` for what is no request, or has an argument out of its range: one made in Python was not converted."""
    if not isinstance(request, Request):
        raise QueryError(f"a request is one of lepasserelle.model, as SearchRequest(query=…); got {type(request).__name__}")
    try:
        msgspec.convert(msgspec.structs.asdict(request), type(request))
    except msgspec.ValidationError as error:
        raise QueryError(_plain(str(error))) from None


def _clean(value: object) -> object:
    """Halves of surrogate pairs, which JSON can say and no encoder takes, become question marks."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _plain(message: str) -> str:
    """Msgspec's sentence with the name of the argument in front."""
    said, _, place = message.partition(" - at `$")
    for word, plain in _PLAIN.items():
        said = said.replace(word, plain)
    name = re.sub(r"[.`\[\]]", "", place)[:64]
    if name and message.startswith(_EMPTY):
        return f"{name} is empty; give at least one character"
    said = said[:1].lower() + said[1:].replace("`", "'")[:_SHOWN_CHARS]
    if name:
        return f"{name}: {said}"
    return said.replace("object missing required", "the call lacks the required", 1).replace("object", "the call", 1)
