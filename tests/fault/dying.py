"""A process that dies at a step of its work, for tests of what it leaves."""

import os
import signal
from collections.abc import Callable


def die_at(number: int) -> Callable[[str], None]:
    """An observer that kills its process at the step of that number."""
    left = [number]

    def die(_: str) -> None:
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1

    return die
