"""LeIndex: opens a project, joins the parts, and nothing else. The only place where all parts meet.

- `orchestrator`   the class; `gate` what each of its public methods passes
- `current`        which generation is the current one, and the repair of a damaged one
- `generation`     one pinned generation with its parts
- `desk`         requests → bounded pages, on one generation; `service` serves them without waiting for an index
- `background`   indexing in a child process; `working_tree` what can be said meanwhile
- `outlines`, `reading`, `impacts`   records about files, places and what a change reaches
- `asking`, `relations`   questions about the graph as a whole; `questions`, `bodies`   slices, and the bodies that they need
- `answers`, `reports`, `staleness`   records about names, about memory and state, about what has changed since
- `words`, `places`   what questions say, as types; paths as people write them → as the index does: neither costs an import of numpy

What answers a question is imported by the first one, so that a process that only indexes stays small.
"""

from typing import TYPE_CHECKING

from lepasserelle.memory.floors import load_numpy

load_numpy()  # first of all: where memory is so limited that it cannot be loaded, this says so; numpy would end the process

from lepasserelle.leindex.control import offer_control  # noqa: E402
from lepasserelle.leindex.orchestrator import LeIndex  # noqa: E402
from lepasserelle.leindex.staleness import Staleness  # noqa: E402
from lepasserelle.leindex.words import (  # noqa: E402
    CycleWord,
    EdgeWord,
    GraphFormat,
    PictureFormat,
    ResolutionFilter,
    SearchMode,
)

if TYPE_CHECKING:
    from lepasserelle.leindex.service import Service

__all__ = [
    "CycleWord",
    "EdgeWord",
    "GraphFormat",
    "LeIndex",
    "PictureFormat",
    "ResolutionFilter",
    "SearchMode",
    "Service",
    "Staleness",
    "offer_control",
]


def __getattr__(name: str) -> object:
    if name != "Service":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from lepasserelle.leindex.service import Service  # of those that serve: who indexes, or asks once, goes without

    return Service
