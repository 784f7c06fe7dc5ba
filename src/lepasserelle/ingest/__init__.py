"""What changed, and how it becomes generation n+1: plan, parse in children, build segments, publish. Answers no question.

- `ingest`, `run`      what can be asked for, and the steps of a run under the writer's lock
- `plan`, `last_run`   what changed, by names, sizes and times; what one run leaves for the next
- `former`, `taking_over`   what of the generation before stays, as the parent sees it and as the child takes it
- `relinking`          what a linking leaves for the next one
- `pool`, `harvest`    the parse children, and what they say on its way into lestockage
- `segments`, `dealing`   the build children, from the parent's side, and which of them builds what
- `broken`, `report`   what a run says of itself, and of files that were not understood
- `worker`, `reading`, `building`, `counting`   the child's side
- `child`, `frames`, `messages`     a process, a pipe, and what goes through it
- `ahead`, `nursery`, `forking`      children that are there before their work, and those that begin as forks of one of them

Invariants: native code that can crash runs in children only; a run that ends early, however, changes no published generation.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from lepasserelle.ingest.progress import Progress, ProgressListener

if TYPE_CHECKING:
    from lepasserelle.ingest.copies import Repaired
    from lepasserelle.ingest.features import FEATURES, expect
    from lepasserelle.ingest.ingest import Ingest
    from lepasserelle.ingest.last_run import read_last_run, rules_in_force
    from lepasserelle.ingest.report import BROKEN_FILES, PROBLEMS, languages_of_counts

__all__ = [
    "BROKEN_FILES",
    "FEATURES",
    "PROBLEMS",
    "Ingest",
    "Progress",
    "ProgressListener",
    "Repaired",
    "expect",
    "languages_of_counts",
    "read_last_run",
    "rules_in_force",
]

_LAZY = {
    "BROKEN_FILES": "report",
    "FEATURES": "features",
    "PROBLEMS": "report",
    "Ingest": "ingest",
    "Repaired": "copies",
    "expect": "features",
    "languages_of_counts": "report",
    "read_last_run": "last_run",
    "rules_in_force": "last_run",
}
"""A child imports this package too and needs nothing of the parent's side; a question needs nothing of a run."""


def __getattr__(name: str) -> object:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
    return value
