"""Work on many packages, one process a core: so that all of what is measured costs minutes.

Not the work. Results come in the order of what was given, so a table does not depend on who was first.
"""

import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import get_context
from typing import TypeVar

Given = TypeVar("Given")
Found = TypeVar("Found")


def side_by_side(work: Callable[[Given], Found], given: Sequence[Given]) -> Iterator[tuple[Given, Found]]:
    """Each with what is made of it. Raises what `work` raises. The processes are forks: they see what stands in modules by then."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forks beside threads: those of numpy's libraries take a fork
        pool = get_context("fork").Pool(min(len(given), len(os.sched_getaffinity(0))))
    with pool:
        yield from zip(given, pool.imap(work, given), strict=True)
