"""Whether linking what is about to be parsed can be granted at all: looked at before the parse, which takes longest.

Not here: what is claimed when linking begins (`segments`). Invariant: nothing is refused that would have been done. What is counted
is the least that the claim of the linking child can come to: files that are kept, and those that are read here and are sources, but
for the largest of these (a parser may yet die of it) and for every definition of them; it is compared with what limits leave when
nobody holds anything; and it is only asked where something has changed, so that there will be linking.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from lepasserelle.config import Settings
from lepasserelle.files import FileEntry, Source, WalkRules, read_source
from lepasserelle.ingest.plan import Plan
from lepasserelle.ingest.reserving import least_linking_bytes
from lepasserelle.storage import IndexedFile

BYTES_A_DEFINITION: Final = 300
"""Of source, where it has not been parsed: 302 in Django."""


def hopeless_bytes(
    plan: Plan, before: Mapping[str, IndexedFile] | None, most_bytes: int | None, read: Callable[[FileEntry], Source | None]
) -> int | None:
    """What linking will ask for at least, when that is more than `most_bytes`; else None. `before`: rows by path of the generation
    that stays when nothing has changed; None: none does.

    Files are read only when all of them together would be too much, and no more of them than it takes to tell.
    """
    if most_bytes is None or not plan.wanted:
        return None
    kept = plan.kept.values()
    definitions, source_bytes = sum(file.definition_count for file in kept), sum(file.size_bytes for file in kept)
    if least_linking_bytes(definitions, source_bytes + sum(entry.size_bytes for entry in plan.wanted)) <= most_bytes:
        return None
    links = before is None or bool(before.keys() - plan.kept.keys() - {entry.path for entry in plan.wanted})
    largest_bytes = 0
    for entry in plan.wanted:
        source = read(entry)
        if source is not None:
            row = before.get(entry.path) if before is not None else None
            links = links or row is None or row.key.fingerprint != source.fingerprint
            source_bytes, largest_bytes = source_bytes + len(source.data), max(largest_bytes, len(source.data))
            asked_bytes = least_linking_bytes(definitions, source_bytes - largest_bytes)
            if links and asked_bytes > most_bytes:
                return asked_bytes
    return None


def expected_bytes(plan: Plan) -> int:
    """What linking all of it will ask for, as far as that can be told before it is parsed: what to say when it is refused, so that
    who raises the limit by what was said is not refused again.
    """
    kept, wanted_bytes = plan.kept.values(), sum(entry.size_bytes for entry in plan.wanted)
    definitions = sum(file.definition_count for file in kept) + wanted_bytes // BYTES_A_DEFINITION
    return least_linking_bytes(definitions, sum(file.size_bytes for file in kept) + wanted_bytes)


def reader(project: Path, settings: Settings) -> Callable[[FileEntry], Source | None]:
    """What is in a file now; None where it would be left out."""
    rules = WalkRules.from_settings(settings)

    def read(entry: FileEntry) -> Source | None:
        source = read_source(project, entry, rules)
        return None if isinstance(source, str) else source

    return read
