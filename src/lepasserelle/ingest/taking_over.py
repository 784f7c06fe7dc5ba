"""What a build takes over from the generation before, where that has the same files: segments as they are, or spliced with what
changed.

The child's side. Every function gives what building anew would give, byte for byte, or None.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

import msgspec

from lepasserelle.errors import StorageError
from lepasserelle.ingest.messages import Former
from lepasserelle.model import FileFacts, Sections
from lepasserelle.storage import IndexedFile, Lestockage, Segment, SegmentRef
from lepasserelle.storage.contents import BlobKind
from lepasserelle.storage.text import TextStore, splice_text, unpack_text
from lepasserelle.terms import FileTerms, TermFile

if TYPE_CHECKING:
    from lepasserelle.graph import Change, Graph


class TakenOver:
    """The former generation of one job. Its segments stay mapped until `stack` is left."""

    def __init__(
        self, former: Former, lestockage: Lestockage, files: Sequence[IndexedFile], exact_limit: int, stack: ExitStack
    ) -> None:
        """`exact_limit`: with more vectors a graph of them is built."""
        self._refs = {ref.kind: ref for ref in former.segments}
        self._changed = sorted(former.changed, key=lambda one: one.file)
        self.changed_files = [one.file for one in self._changed]
        """Numbers of the files that were written again, ascending."""
        self.has_same_maps = former.has_same_maps
        """Whether configuration files say the same about where imports lead."""
        self._lestockage = lestockage
        self._files = files
        self._exact_limit = exact_limit
        self._stack = stack
        self._splices: dict[str, Callable[[Sections], Sections | None]] = {
            "text": self._text,
            "trigrams": self._trigrams,
            "lexical": self._lexical,
            "vectors": self._vectors,
        }
        if former.has_same_edges:
            self._splices["graph"] = self._graph
        self._kept = frozenset({"lexical", "vectors"} if former.has_same_terms else ())

    def kept(self, kind: str) -> SegmentRef | None:
        """The former segment of `kind`, every byte of it verified, where it is that of the generation that is to be too."""
        if kind not in self._kept or kind not in self._refs:
            return None
        try:
            Segment.open(self._lestockage.path.parent, self._refs[kind]).close()
        except StorageError:
            return None
        return self._refs[kind]

    def sections(self, kind: str) -> Sections | None:
        """The sections of `kind` of the generation that is to be; None: build them."""
        splice = self._splices.get(kind)
        former = self._opened(kind) if splice is not None else None
        return splice(former) if splice is not None and former is not None else None

    def _opened(self, kind: str) -> Sections | None:
        """The sections of the former segment, every byte of it verified; None where it is lost or damaged."""
        if kind not in self._refs:
            return None
        try:
            segment = Segment.open(self._lestockage.path.parent, self._refs[kind])
        except StorageError:
            return None
        self._stack.callback(segment.close)
        return segment.sections

    def files_with_other_rows(self, graph: "Graph") -> list[int] | None:
        """Files whose rows may be others than those of the former graph; None: any file's."""
        from lepasserelle.graph.graph import Graph
        from lepasserelle.graph.row_changes import files_with_other_rows

        former = self._opened("graph")
        return files_with_other_rows(Graph(former), graph, self.changed_files) if former is not None else None

    def _blobs(self, kind: BlobKind) -> Iterator[tuple[int, IndexedFile, bytes]]:
        rows = [self._files[one.file] for one in self._changed]
        for one, (row, blob) in zip(self._changed, self._lestockage.blobs(kind, rows), strict=True):
            yield one.file, row, blob

    def _graph(self, former: Sections) -> Sections | None:
        from lepasserelle.graph import moved

        return moved(former, self.changes())

    def changes(self) -> "list[Change]":
        """What the files that were written again said, and what they say now."""
        from lepasserelle.graph import Change

        decode = msgspec.msgpack.Decoder(FileFacts).decode
        after = [decode(blob) for _, _, blob in self._blobs("facts")]
        return [Change(one.file, decode(one.facts), facts) for one, facts in zip(self._changed, after, strict=True)]

    def former(self, kind: str) -> SegmentRef | None:
        """The segment of the former generation."""
        return self._refs.get(kind)

    def _text(self, former: Sections) -> Sections:
        return splice_text(former, self._blobs("text"))

    def _lexical(self, former: Sections) -> Sections | None:
        from lepasserelle.lexical.rewriting import Rewritten, rewrite

        pairs = self._terms()
        return rewrite(former, [Rewritten(*pair) for pair in pairs]) if pairs is not None else None

    def _vectors(self, former: Sections) -> Sections | None:
        from lepasserelle.lexical.rewriting import holders_of_families
        from lepasserelle.vectors.rewriting import Project, Rewritten, rewrite

        pairs, words = self._terms(), self._opened("lexical")
        if pairs is None or words is None:
            return None
        project = Project([file.definition_count for file in self._files], self._term_files, holders_of_families(words))
        return rewrite(former, [Rewritten(*pair) for pair in pairs], project, self._exact_limit)

    def _term_files(self, numbers: Sequence[int]) -> Iterator[tuple[str, FileTerms]]:
        decode = msgspec.msgpack.Decoder(FileTerms).decode
        for file, blob in self._lestockage.blobs("terms", [self._files[number] for number in numbers]):
            yield file.path, decode(blob)

    def _terms(self) -> list[tuple[TermFile, TermFile]] | None:
        """The terms of each file that was written again, before and now; None where some are not known."""
        decode = msgspec.msgpack.Decoder(FileTerms).decode
        counts = {one.file: one.definition_count for one in self._changed}
        found: list[tuple[TermFile, TermFile]] = []
        before = now = 0
        blobs = {number: blob for number, _, blob in self._blobs("terms")}
        terms = {one.file: (one.terms, blobs[one.file]) for one in self._changed}
        for number, file in enumerate(self._files):
            count = counts.get(number, file.definition_count)
            if number in terms:
                if not all(terms[number]):
                    return None
                old, new = map(decode, terms[number])
                found.append((TermFile(file.path, before, count, old), TermFile(file.path, now, file.definition_count, new)))
            before, now = before + count, now + file.definition_count
        return found

    def _trigrams(self, former: Sections) -> Sections | None:
        from lepasserelle.lexical.trigram_build import Rewritten, rewrite_trigrams

        texts = self._opened("text")
        if texts is None:
            return None
        before = TextStore(texts)
        return rewrite_trigrams(
            former, [Rewritten(number, before.read(number), unpack_text(frame)) for number, _, frame in self._blobs("text")]
        )
