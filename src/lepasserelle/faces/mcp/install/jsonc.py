"""One member more in a text of JSON: put there by its place in the text, so that comments, order and layout stay as they are.

Reads JSON as editors keep it (JSONC: comments, and commas after the last member). Not a parser of values: those are handed to the
standard library. Invariant: the new text differs from the old one by the entry alone; a text that is not understood is refused.
"""

import json
import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from lepasserelle.errors import ConfigError

_BLANK: Final = re.compile(r"(?:[ \t\r\n\ufeff]+|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_TEXT: Final = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_PLAIN: Final = re.compile(r"[^\s,:{}\[\]\"/]+")
_INDENT: Final = re.compile(r"\n([ \t]+)\S")
_DEEPEST: Final = 200


class _Value(NamedTuple):
    """A value in the text: from `start` to `end`. Of an object its members too."""

    start: int
    end: int
    members: "tuple[_Member, ...] | None"
    data: Any


class _Member(NamedTuple):
    name: str
    value: _Value


def load(text: str) -> Any:  # noqa: ANN401 - JSON is anything
    """What the text says. Raises `ConfigError`."""
    return _whole(text).data


def with_entry(text: str, keys: Sequence[str], entry: dict[str, Any]) -> str:
    """The text with `entry` under these keys, in place of what is there by now. An empty text is an empty object.

    Raises `ConfigError` when the text is no JSON, or something other than an object stands where one must.
    """
    if not _BLANK.sub("", text, count=1):
        text = text + "{}\n"
    value, depth = _whole(text), 0
    for depth, name in enumerate(keys):
        if value.members is None:
            raise ConfigError(f"{'.'.join(keys[:depth]) or 'the whole'} is no JSON object, so nothing can be put into it")
        found = [member.value for member in value.members if member.name == name]
        if not found:
            return _added(text, value, depth, keys[depth:], entry)
        value = found[-1]  # of two with one name the last one counts
    if value.data == entry:
        return text
    written = _written(entry, _unit(text), len(keys), _newline(text))
    return text[: value.start] + written + text[value.end :]


def _added(text: str, within: _Value, depth: int, keys: Sequence[str], entry: Any) -> str:  # noqa: ANN401
    """A new last member of the object `within`, which stands `depth` deep."""
    assert within.members is not None
    for name in reversed(keys[1:]):
        entry = {name: entry}
    unit, newline = _unit(text), _newline(text)
    member = f"{json.dumps(keys[0], ensure_ascii=False)}: {_written(entry, unit, depth + 1, newline)}"
    brace = within.end - 1
    if not within.members:
        inside = text[within.start + 1 : brace].rstrip()
        return f"{text[: within.start + 1]}{inside}{newline}{unit * (depth + 1)}{member}{newline}{unit * depth}{text[brace:]}"
    last = within.members[-1].value.end
    after = text[last:brace]
    comma = "" if _BLANK.sub("", after, count=1).startswith(",") else ","
    trailing = after.rstrip()
    between = f"{newline}{unit * (depth + 1)}" if "\n" in text[within.start : within.end] else " "
    closing = text[last + len(trailing) : brace]
    if "//" in trailing.rpartition("\n")[2] and "\n" not in between:
        between = newline
    return f"{text[:last]}{comma}{trailing}{between}{member}{closing}{text[brace:]}"


def _written(entry: Any, unit: str, depth: int, newline: str) -> str:  # noqa: ANN401
    return json.dumps(entry, indent=unit, ensure_ascii=False).replace("\n", newline + unit * depth)


def _unit(text: str) -> str:
    """What one level is set in by."""
    found = _INDENT.search(text)
    return found[1] if found else "  "


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


# ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _whole(text: str) -> _Value:
    value = _value(text, _skip(text, 0), 0)
    if _skip(text, value.end) != len(text):
        raise _misread(text, _skip(text, value.end), "nothing more")
    return value


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    assert found is not None
    return found.end()


def _value(text: str, at: int, depth: int) -> _Value:
    if depth > _DEEPEST:
        raise _misread(text, at, f"at most {_DEEPEST} levels")
    first = text[at : at + 1]
    if first == "{":
        return _object(text, at, depth)
    if first == "[":
        return _array(text, at, depth)
    found = (_TEXT if first == '"' else _PLAIN).match(text, at)
    if found is None:
        raise _misread(text, at, "a value")
    try:
        return _Value(at, found.end(), None, json.loads(found[0]))
    except ValueError:
        raise _misread(text, at, "a value") from None


def _object(text: str, start: int, depth: int) -> _Value:
    members: list[_Member] = []
    at = _skip(text, start + 1)
    while text[at : at + 1] != "}":
        name = _value(text, at, depth) if text[at : at + 1] == '"' else None
        if name is None:
            raise _misread(text, at, "a name in quotes")
        colon = _skip(text, name.end)
        if text[colon : colon + 1] != ":":
            raise _misread(text, colon, "a colon")
        value = _value(text, _skip(text, colon + 1), depth + 1)
        members.append(_Member(name.data, value))
        at = _next(text, value.end, "}")
    return _Value(start, at + 1, tuple(members), {member.name: member.value.data for member in members})


def _array(text: str, start: int, depth: int) -> _Value:
    items: list[Any] = []
    at = _skip(text, start + 1)
    while text[at : at + 1] != "]":
        value = _value(text, at, depth + 1)
        items.append(value.data)
        at = _next(text, value.end, "]")
    return _Value(start, at + 1, None, items)


def _next(text: str, at: int, closing: str) -> int:
    """Where the next member begins, or the end stands."""
    at = _skip(text, at)
    if text[at : at + 1] == ",":
        return _skip(text, at + 1)
    if text[at : at + 1] != closing:
        raise _misread(text, at, f"a comma or {closing}")
    return at


def _misread(text: str, at: int, expected: str) -> ConfigError:
    line = text.count("\n", 0, at) + 1
    return ConfigError(f"line {line} is no JSON: {expected} is expected there. Correct it, or add the entry by hand")
