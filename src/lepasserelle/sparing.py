"""Loads three libraries without what they take along for things that nothing here does: a seventh of a command for lines.

msgspec takes the types of unique numbers and decimal fractions by name when it is loaded, a function that moves text to the left,
and names from `typing_extensions` that `typing` has since Python 3.11; pathlib takes a function that writes addresses
(docs/decisions/287, 303), zstandard one that says which Python this is (340). While they load, a stand-in is in the place of each.
Invariant: afterwards whoever asks for one of those modules has the real one; a release that cannot do without loads as usual.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import import_module
from types import ModuleType
from typing import Final

_NUMBERS: Final[Mapping[str, tuple[str, ...]]] = {"uuid": ("UUID", "SafeUUID"), "decimal": ("Decimal",)}
_MARGINS: Final = "textwrap"
_ADDRESSES: Final = "urllib.parse"
_MACHINE: Final = "platform"
_NAMES: Final = "typing_extensions"


def load_sparingly() -> None:
    """Load msgspec, pathlib and zstandard, unless they are loaded."""
    stand_ins: dict[str, ModuleType | None] = {name: _types(name, kinds) for name, kinds in _NUMBERS.items()}
    stand_ins[_MARGINS] = _later(_MARGINS, "dedent")
    stand_ins[_NAMES] = None  # whoever imports it is told that it is not there
    with suppress(ImportError, AttributeError), _instead(stand_ins):
        import_module("msgspec")
    with suppress(ImportError, AttributeError), _instead({_ADDRESSES: _later(_ADDRESSES, "quote_from_bytes")}):
        import_module("pathlib")
    if sys.implementation.name == "cpython":
        with suppress(ImportError, AttributeError), _instead({_MACHINE: _machine()}):
            import_module("zstandard")


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


def _later(name: str, function: str) -> ModuleType:
    """A module with one function, which loads the real one when it is called."""
    module = ModuleType(name)

    def called(*given: object, **named: object) -> object:
        return getattr(import_module(name), function)(*given, **named)

    setattr(module, function, called)
    return module


def _machine() -> ModuleType:
    """What `platform` says of CPython, without the rest."""
    module = ModuleType(_MACHINE)
    module.python_implementation = lambda: "CPython"  # type: ignore[attr-defined]
    return module
