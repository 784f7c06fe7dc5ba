"""Names in the one form in which a language compares them: Python reads every name in NFKC (PEP 3131), so `ﬁnd` is `find`.

Applied to the finished facts: while a file is read, names are found by where they stand, and no byte may move. A local that is
spelled in two ways within one function is therefore two.
"""

from typing import Final, TypeVar
from unicodedata import normalize

import msgspec

from lepasserelle.model import FileFacts

Record = TypeVar("Record", bound=msgspec.Struct)

_NAMES: Final = ("name", "bases", "decorators")
_BOUND: Final = ("module", "name", "alias")
_CHAIN: Final = ("chain",)
_ENDS: Final = ("target", "source")


def in_one_form(facts: FileFacts) -> FileFacts:
    """The same facts with all names and chains in NFKC; signatures and documentation as they are written."""
    values = facts.values
    return msgspec.structs.replace(
        facts,
        definitions=tuple([_spelled(one, _NAMES) for one in facts.definitions]),
        imports=tuple([_spelled(one, _BOUND) for one in facts.imports]),
        references=tuple([_spelled(one, _CHAIN) for one in facts.references]),
        flows=tuple([_spelled(one, _ENDS) for one in facts.flows]),
        values=values and msgspec.structs.replace(values, words=tuple(map(_form, values.words))),
    )


def _spelled(record: Record, fields: tuple[str, ...]) -> Record:
    changed = {}
    for field in fields:
        written = getattr(record, field)
        form = _form(written) if isinstance(written, str) else tuple(map(_form, written))
        if form != written:
            changed[field] = form
    return msgspec.structs.replace(record, **changed) if changed else record


def _form(name: str) -> str:
    return name if name.isascii() else normalize("NFKC", name)
