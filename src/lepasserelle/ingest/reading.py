"""What a child does with one file: read it, look whether its content is known, parse it, compress its text, collect its terms
unless those are left to a build child.

Knows nothing of other files and nothing of paths beyond opening them. Runs in children only: native parsers can crash.
"""

from pathlib import Path

import msgspec

from lepasserelle.files import FileEntry, SkipReason, WalkRules, path_to_os, read_source
from lepasserelle.ingest.messages import Parsed, Start, Unread
from lepasserelle.model import FileFacts
from lepasserelle.parse import parse
from lepasserelle.storage import ContentKey, Lestockage, ParsedFile, pack_text

_RETRIED = frozenset({SkipReason.CHANGED, SkipReason.VANISHED})


class Reader:
    """Reads the files of one project, one at a time."""

    def __init__(self, start: Start) -> None:
        self._project = Path(path_to_os(start.project))
        self._rules = WalkRules.from_settings(start.settings)
        self._known = Lestockage.open(Path(path_to_os(start.index)), writable=False) if start.ask_known else None
        self._left = _Left() if start.terms_later else None
        self._encode = msgspec.msgpack.Encoder().encode

    def read(self, entry: FileEntry) -> Parsed | Unread:
        """What `entry`'s file says now, or why it is left out."""
        source = read_source(self._project, entry, self._rules)
        if isinstance(source, str):
            return Unread(entry.path, str(source), retry=source in _RETRIED)
        key = ContentKey(source.fingerprint, source.language)
        known = self._known.counts([key]).get(key) if self._known is not None else None
        if known is not None:
            return Parsed(entry.path, entry.size_bytes, entry.mtime_ns, key, known.definition_count, known.problem_count, None)
        facts = parse(source.data, source.language)
        content = ParsedFile(
            key=key,
            facts=self._encode(facts),
            terms=b"" if self._left is not None and self._left.holds(source.data, facts) else _terms(source.data, facts),
            text=pack_text(source.data),
            definition_count=len(facts.definitions),
            problem_count=len(facts.problems),
        )
        return Parsed(entry.path, entry.size_bytes, entry.mtime_ns, key, content.definition_count, content.problem_count, content)


class _Left:
    """Which files' terms are left to a build child. It collects them while another links, so those of code are; those of texts,
    for which nothing is linked, as long as there is no more of them than of code: they wait for one child where here are several.
    """

    def __init__(self) -> None:
        self._code_bytes = 0
        self._other_bytes = 0

    def holds(self, data: bytes, facts: FileFacts) -> bool:
        """Whether this file's are left."""
        if facts.references:
            self._code_bytes += len(data)
            return True
        if self._other_bytes + len(data) > self._code_bytes:
            return False
        self._other_bytes += len(data)
        return True


def _terms(data: bytes, facts: FileFacts) -> bytes:
    from lepasserelle.terms import collect  # numpy: a fifth of what such a child imports, for nothing where terms come later

    return msgspec.msgpack.encode(collect(data, facts))
