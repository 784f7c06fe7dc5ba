"""Puts together what `status` and the memory report say, out of the manifest and the meter. Measures nothing by itself."""

from collections.abc import Sequence
from pathlib import Path

from lepasserelle.ingest import BROKEN_FILES, PROBLEMS, languages_of_counts
from lepasserelle.leindex.generation import OpenGeneration
from lepasserelle.leindex.staleness import Staleness
from lepasserelle.memory import Meter
from lepasserelle.model import CUT_SHORT, CUT_SHORT_NOTE, MemoryReport, PartBytes, Status
from lepasserelle.storage import Manifest
from lepasserelle.storage.layout import SEGMENTS


def status(
    project: Path, folder: Path, manifest: Manifest | None, staleness: Staleness, memory: MemoryReport, notes: Sequence[str]
) -> Status:
    """The state of an index; `manifest` None: nothing is indexed."""
    counts = manifest.counts if manifest is not None else {}
    return Status(
        project=str(project),
        index=str(folder),
        generation=manifest.generation if manifest is not None else 0,
        files=counts.get("files", 0),
        symbols=counts.get("symbols", 0),
        edges=counts.get("edges", 0),
        languages=languages_of_counts(counts),
        stale_files=staleness.stale_files,
        stale_is_lower_bound=staleness.stale_is_lower_bound,
        memory=memory,
        indexed_at=manifest.created_at if manifest is not None else "",
        notes=(*notes, *((CUT_SHORT_NOTE,) if counts.get(CUT_SHORT) else ())),
        calls_cut_short=bool(counts.get(CUT_SHORT)),
        problems=counts.get(PROBLEMS, 0),
        broken_file_count=counts.get(BROKEN_FILES, 0),
    )


def memory(folder: Path, generation: OpenGeneration | None, peak_bytes: int | None) -> MemoryReport:
    """What this process holds at this moment, and what each part of the generation takes on disk and in memory."""
    meter = Meter()
    reading, tree_bytes = meter.read(), meter.tree_pss_bytes()
    nodes, by_part = generation.graph_bytes() if generation is not None else (0, {})
    return MemoryReport(
        rss_bytes=reading.rss_bytes,
        pss_bytes=reading.pss_bytes,
        anonymous_bytes=reading.anonymous_bytes,
        tree_pss_bytes=tree_bytes,
        peak_tree_pss_bytes=peak_bytes,
        parts=_parts(meter, folder, generation) if generation is not None else (),
        bytes_per_node=sum(by_part.values()) / nodes if nodes else None,
        node_bytes={name: count / nodes for name, count in by_part.items()} if nodes else {},
    )


def _parts(meter: Meter, folder: Path, generation: OpenGeneration) -> tuple[PartBytes, ...]:
    paths = {ref.kind: folder / SEGMENTS / ref.name for ref in generation.manifest.segments}
    held = meter.mapped_bytes(paths.values())
    return tuple(
        PartBytes(ref.kind, ref.size_bytes, None if held is None else held[str(paths[ref.kind])].pss_bytes)
        for ref in generation.manifest.segments
    )
