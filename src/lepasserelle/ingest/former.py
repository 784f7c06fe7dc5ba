"""What the next generation may take over from the last one: where no file came, went or was renamed, and few were written again.

The parent's side: decided by names, flags and counts, before lestockage forgets what the changed files said. Builds nothing.
Texts and trigrams are numbered by file and need no more; edges, and words that are the former ones, need every node to keep its
number. Postings and vectors of other words are written again under new numbers (`lexical.rewriting`, `vectors.rewriting`).
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import msgspec

from lepasserelle.ingest.import_maps import say_the_same
from lepasserelle.ingest.messages import Former, Rewritten
from lepasserelle.ingest.report import LINKED_WITHIN
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
    pairs = list(zip(truth.files, rows, strict=True))
    changed = [number for number, (before, now) in enumerate(pairs) if before.key != now.key]
    if len(changed) > MOST_CHANGED or any(before.path != now.path for before, now in pairs):
        return None
    keeps_numbers = all(before.definition_count == now.definition_count for before, now in pairs)
    lacked_memory = bool(truth.manifest.counts.get(LINKED_WITHIN))
    keeps_standing = keeps_numbers and all(_standing(before) == _standing(now) for before, now in pairs)
    with suppress(DamagedFacts):
        rewritten = [pairs[number] for number in changed]
        facts = [_blobs(truth.lestockage, "facts", pair) for pair in rewritten]
        terms = [_blobs(truth.lestockage, "terms", pair) for pair in rewritten]
        has_same_maps = say_the_same(truth.lestockage, pairs, changed)
        refs = [ref for ref in truth.manifest.segments if ref.kind not in truth.lost]
        return Former(
            refs,
            [
                Rewritten(number, said[0], words[0], pairs[number][0].definition_count)
                for number, said, words in zip(changed, facts, terms, strict=True)
            ],
            has_same_edges=keeps_standing and has_same_maps and not lacked_memory and all(_say_the_same(*pair) for pair in facts),
            has_same_terms=keeps_numbers and all(now and before == now for before, now in terms),  # empty: not known
            has_same_maps=has_same_maps,
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


def _standing(row: IndexedFile) -> tuple[int, str, str]:
    """What of a file, beside its facts, decides on edges."""
    return row.flags, row.module, row.key.language
