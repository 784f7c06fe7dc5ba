"""LeIndex: opens a project, joins the parts, and nothing else. The only place where all parts meet.

- `orchestrator`   the class
- `current`        which generation is the current one, and the repair of a damaged one
- `generation`     one pinned generation with its parts
- `answers`, `reports`, `staleness`   records about names, about memory and state, about what has changed since
"""

from lepasserelle.leindex.answers import GraphFormat, ResolutionFilter
from lepasserelle.leindex.control import offer_control
from lepasserelle.leindex.orchestrator import LeIndex, SearchMode
from lepasserelle.leindex.staleness import Staleness

__all__ = ["GraphFormat", "LeIndex", "ResolutionFilter", "SearchMode", "Staleness", "offer_control"]
