"""One table more in a text of TOML, or in place of the one of that name. The rest of the text stays as it is.

Not a parser: the standard library reads the text before and after, and what it reads must be the same but for the table.
Invariant: a text where that cannot be done is refused.
"""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from lepasserelle.errors import ConfigError

_HEADER: Final = re.compile(r"^[ \t]*\[", re.MULTILINE)
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


def load(text: str) -> dict[str, Any]:
    """What the text says. Raises `ConfigError`."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"it is no TOML: {error}. Correct it, or add the entry by hand") from error


def with_table(text: str, keys: Sequence[str], entry: Mapping[str, Any]) -> str:
    """The text with a table `[keys]` that holds `entry`: texts and lists of texts.

    Raises `ConfigError` when the text is no TOML, or has that table in a form that cannot be replaced line by line.
    """
    before = load(text.replace("\r\n", "\n"))
    newline = "\r\n" if "\r\n" in text else "\n"
    head, tail = _around(text, keys) if _at(before, keys) is not None else (text, "")
    table = newline.join(
        [f"[{'.'.join(map(_key, keys))}]", *(f"{_key(name)} = {_value(value)}" for name, value in entry.items()), ""]
    )
    gap = "" if not head.strip() else newline if head.endswith("\n") else newline * 2
    head = head if not gap or head.endswith(newline * 2) is False else head.removesuffix(newline)
    after = f"{head}{gap}{table}{newline if tail else ''}{tail}"
    if not _is_same_but(before, load(after.replace("\r\n", "\n")), keys, dict(entry)):
        raise ConfigError(f"[{'.'.join(keys)}] stands there in a form that cannot be replaced safely. Change it by hand")
    return after


def _around(text: str, keys: Sequence[str]) -> tuple[str, str]:
    """What stands before the table (and the tables in it) and what stands after."""
    own = re.compile(r"[ \t]*\[[ \t]*" + r"[ \t]*\.[ \t]*".join(_spelled(key) for key in keys) + r"[ \t]*[.\]]")
    headers = [found.start() for found in _HEADER.finditer(text)]
    mine = [at for at in headers if own.match(text, at)]
    if not mine:
        return text, ""
    first, last = mine[0], mine[-1]
    following = [at for at in headers if at > last]
    return text[:first], text[following[0] :] if following else ""


def _spelled(key: str) -> str:
    return rf"(?:{re.escape(key)}|\"{re.escape(key)}\"|'{re.escape(key)}')"


def _is_same_but(before: dict[str, Any], after: dict[str, Any], keys: Sequence[str], entry: dict[str, Any]) -> bool:
    return _at(after, keys) == entry and _without(before, keys) == _without(after, keys)


def _at(document: Any, keys: Sequence[str]) -> Any:  # noqa: ANN401
    for key in keys:
        if not isinstance(document, dict) or key not in document:
            return None
        document = document[key]
    return document


def _without(document: dict[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    """The document without what stands at the keys, and without tables that are empty for that."""
    rest = dict(document)
    first, *others = keys
    if others and isinstance(rest.get(first), dict):
        rest[first] = _without(rest[first], others)
        if not rest[first]:
            del rest[first]
    elif not others:
        rest.pop(first, None)
    return rest


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _value(name)


def _value(value: object) -> str:
    """A JSON text without escapes above ASCII is a basic string of TOML too."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    assert isinstance(value, list | tuple)
    return f"[{', '.join(_value(item) for item in value)}]"
