"""What a child does with one file: read it, look whether its content is known, parse it, collect its terms, compress its text.

Knows nothing of other files and nothing of paths beyond opening them. Runs in children only: native parsers can crash.
"""

from pathlib import Path

import msgspec

from lepasserelle.files import FileEntry, SkipReason, WalkRules, read_source
from lepasserelle.ingest.messages import Parsed, Start, Unread
from lepasserelle.parse import parse
from lepasserelle.storage import ContentKey, Lestockage, ParsedFile, pack_text
from lepasserelle.terms import collect

_RETRIED = frozenset({SkipReason.CHANGED, SkipReason.VANISHED})


class Reader:
    """Reads the files of one project, one at a time."""

    def __init__(self, start: Start) -> None:
        self._project = Path(start.project)
        self._rules = WalkRules.from_settings(start.settings)
        self._known = Lestockage.open(Path(start.index), writable=False) if start.ask_known else None
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
            terms=self._encode(collect(source.data, facts)),
            text=pack_text(source.data),
            definition_count=len(facts.definitions),
            problem_count=len(facts.problems),
        )
        return Parsed(entry.path, entry.size_bytes, entry.mtime_ns, key, content.definition_count, content.problem_count, content)
