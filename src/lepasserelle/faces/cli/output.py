"""How an answer leaves the command: JSON with a schema version, or text for a person.

Text is coloured and laid out by rich on a terminal, and plain, tab-free and stable when it is piped.
"""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click
import msgspec

from lepasserelle.faces.cli.schema import SCHEMA_VERSION
from lepasserelle.files import path_from_os
from lepasserelle.wording import visible

if TYPE_CHECKING:
    from rich.console import Console


def print_json(document: Mapping[str, Any]) -> None:
    """Write one JSON document with its schema version, readable by a person too."""
    whole = {"schema_version": SCHEMA_VERSION, **document}
    try:
        encoded = msgspec.json.encode(whole)
    except UnicodeEncodeError:  # the folder of a project need not have a name in Unicode
        encoded = msgspec.json.encode(_in_unicode(msgspec.to_builtins(whole)))
    click.echo(msgspec.json.format(encoded, indent=2).decode())


def _in_unicode(value: object) -> object:
    """The same with bytes that are no UTF-8 spelled as paths within a project have them."""
    if isinstance(value, str):
        return path_from_os(value) if any("\udc80" <= sign <= "\udcff" for sign in value) else value
    if isinstance(value, dict):
        return {_in_unicode(key): _in_unicode(one) for key, one in value.items()}
    return [_in_unicode(one) for one in value] if isinstance(value, list) else value


def record_document(record: msgspec.Struct) -> dict[str, Any]:
    """The fields of an answer as a document."""
    return msgspec.structs.asdict(record)


def is_terminal() -> bool:
    """Whether standard output is a person's terminal."""
    return sys.stdout.isatty()


def console(*, stderr: bool = False) -> "Console":
    """A rich console; imported here because it costs 50 ms that a piped or JSON answer need not pay."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, soft_wrap=True)


def notice(text: str) -> None:
    """Tell a person something that is not the answer, on standard error."""
    click.echo(click.style(visible(text), dim=True) if sys.stderr.isatty() else visible(text), err=True)


def bytes_text(count: float | None) -> str:
    """`12.3 MB` (decimal units), or `unavailable` where the system could not tell."""
    if count is None:
        return "unavailable"
    for unit in ("bytes", "kB", "MB", "GB"):
        if abs(count) < 1000 or unit == "GB":
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1000
    raise AssertionError
