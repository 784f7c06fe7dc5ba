"""Loads two libraries without what they take along for things that nothing here does: a seventh of a command for lines.

msgspec takes the types of unique numbers and decimal fractions by name when it is loaded, and names from `typing_extensions` that
`typing` has since Python 3.11; pathlib takes a function that writes addresses (docs/decisions/287, 303). While they load, a
stand-in is in the place of each. Invariant: afterwards whoever asks for one of those modules has the real one; a release that
cannot do without loads as usual.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import import_module
from types import ModuleType
from typing import Final

_NUMBERS: Final[Mapping[str, tuple[str, ...]]] = {"uuid": ("UUID", "SafeUUID"), "decimal": ("Decimal",)}
_ADDRESSES: Final = "urllib.parse"
_NAMES: Final = "typing_extensions"


def load_sparingly() -> None:
    """Load msgspec and pathlib, unless they are loaded."""
    stand_ins: dict[str, ModuleType | None] = {name: _types(name, kinds) for name, kinds in _NUMBERS.items()}
    stand_ins[_NAMES] = None  # whoever imports it is told that it is not there
    with suppress(ImportError, AttributeError), _instead(stand_ins):
        import_module("msgspec")
    with suppress(ImportError, AttributeError), _instead({_ADDRESSES: _addresses()}):
        import_module("pathlib")


@contextmanager
def _instead(modules: Mapping[str, ModuleType | None]) -> Iterator[None]:
    """Those of these modules that are not loaded are these for a while."""
    absent = {name: module for name, module in modules.items() if name not in sys.modules}
    sys.modules.update(absent)  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in absent:
            sys.modules.pop(name, None)


def _types(name: str, kinds: tuple[str, ...]) -> ModuleType:
    """A module of types that nothing is of."""
    module = ModuleType(name)
    for kind in kinds:
        setattr(module, kind, type(kind, (), {"unknown": None}))
    return module


def _addresses() -> ModuleType:
    """The one function that pathlib takes, which loads the real one when it is called."""
    module = ModuleType(_ADDRESSES)

    def quote_from_bytes(*given: object, **named: object) -> object:
        return import_module(_ADDRESSES).quote_from_bytes(*given, **named)

    module.quote_from_bytes = quote_from_bytes  # type: ignore[attr-defined]
    return module
