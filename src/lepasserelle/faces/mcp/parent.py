"""Notices that the process which started this one has gone, without waking up to look.

Linux tells through a descriptor (`pidfd_open`). `PR_SET_PDEATHSIG` does not serve: it is sent when the parent's *thread* ends that
started us, and clients start servers from threads that come and go. Elsewhere one has to look now and then.

Not here: what is done about it.
"""

import os
from contextlib import suppress
from typing import Final

LOOK_EVERY_S: Final = 2.0


class Parent:
    """The process that started this one, as it was when this was made."""

    def __init__(self) -> None:
        self._pid = os.getppid()
        self.descriptor: int | None = None
        """Readable once it has gone; None where the system offers none: then `is_gone` is to be asked every `LOOK_EVERY_S`."""
        if hasattr(os, "pidfd_open") and self._pid > 0:
            with suppress(OSError):
                self.descriptor = os.pidfd_open(self._pid)
        self._was_gone = os.getppid() != self._pid

    @property
    def is_gone(self) -> bool:
        """Whether it has ended."""
        return self._was_gone or os.getppid() != self._pid
