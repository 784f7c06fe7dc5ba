"""LeIndex: opens a project, joins the parts, and nothing else. The only place where all parts meet.

- `orchestrator`   the class
- `current`        which generation is the current one, and the repair of a damaged one
- `generation`     one pinned generation with its parts
- `desk`         requests → bounded pages, on one generation; `service` serves them without waiting for an index
- `background`   indexing in a child process; `working_tree` what can be said meanwhile
- `outlines`, `reading`, `impacts`   records about files, places and what a change reaches
- `answers`, `reports`, `staleness`   records about names, about memory and state, about what has changed since
"""

from lepasserelle.leindex.answers import GraphFormat, ResolutionFilter
from lepasserelle.leindex.control import offer_control
from lepasserelle.leindex.orchestrator import LeIndex, SearchMode
from lepasserelle.leindex.service import Service
from lepasserelle.leindex.staleness import Staleness

__all__ = ["GraphFormat", "LeIndex", "ResolutionFilter", "SearchMode", "Service", "Staleness", "offer_control"]
