"""What the next generation may take over from the last one: where no file came, went or was renamed, and few were written again.

The parent's side: decided by names, flags and counts, before lestockage forgets what the changed files said. Builds nothing.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import msgspec

from lepasserelle.ingest.messages import Former, Rewritten
from lepasserelle.ingest.truth import Truth
from lepasserelle.model import FileFacts
from lepasserelle.storage import DamagedFacts, IndexedFile, Lestockage
from lepasserelle.storage.contents import BlobKind

MOST_CHANGED: Final = 64
"""Files; with more of them (a branch switch) something that linking reads has changed, and looking for it is lost time."""


def former_of(truth: Truth, rows: Sequence[IndexedFile]) -> Former | None:
    """The generation that `truth` holds, as far as `rows` are its files; None when nothing can be taken over."""
    if truth.manifest is None or not truth.is_fitting or len(rows) != len(truth.files):
        return None
    changed = []
    for number, (before, now) in enumerate(zip(truth.files, rows, strict=True)):
        if _standing(before) != _standing(now):
            return None
        if before.key != now.key:
            changed.append(number)
    if len(changed) > MOST_CHANGED:
        return None
    with suppress(DamagedFacts):
        pairs = [(truth.files[number], rows[number]) for number in changed]
        facts = [_blobs(truth.lestockage, "facts", pair) for pair in pairs]
        refs = [ref for ref in truth.manifest.segments if ref.kind not in truth.lost]
        return Former(
            refs,
            [Rewritten(number, before) for number, (before, _) in zip(changed, facts, strict=True)],
            has_same_edges=all(_say_the_same(*pair) for pair in facts),
            has_same_terms=all(before == now for before, now in (_blobs(truth.lestockage, "terms", pair) for pair in pairs)),
        )
    return None


def _blobs(lestockage: Lestockage, kind: BlobKind, rows: Sequence[IndexedFile]) -> tuple[bytes, bytes]:
    """What is stored of a file before and now. Raises `DamagedFacts`."""
    before, now = (blob for _, blob in lestockage.blobs(kind, rows))
    return before, now


def _say_the_same(before: bytes, now: bytes) -> bool:
    """Whether linking reads the same of two versions of a file."""
    from lepasserelle.graph import essence_of

    decode = msgspec.msgpack.Decoder(FileFacts).decode
    return essence_of(decode(before)).content == essence_of(decode(now)).content


def _standing(row: IndexedFile) -> tuple[str, int, str, str, int]:
    """What of a file has to stay for the numbers of all nodes to stay."""
    return row.path, row.flags, row.module, row.key.language, row.definition_count
