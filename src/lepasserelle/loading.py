"""What can befall a command while it loads: an interrupt, and standard descriptors that were closed. Imports next to nothing.

An exception raised inside an import is wrapped, printed with all its frames, or lost; so until a command runs, an interrupt ends
the process by itself: nothing is open yet, and children end at the end of their sockets.
"""

import os
import sys
from typing import TextIO

_TOLD = b"leindex: interrupted\n"
_INTERRUPTED = 130


def open_standard() -> None:
    """Have descriptors 0, 1 and 2 lead somewhere. One that is closed would be given to the next file that is opened, and what is
    said to a person would be written into it.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != descriptor:
                os.dup2(opened, descriptor)
                os.close(opened)
    sys.stdout = sys.stdout if sys.stdout is not None else _to_nowhere()
    sys.stderr = sys.stderr if sys.stderr is not None else _to_nowhere()


def _to_nowhere() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - pathlib is not loaded, and it stays open


def interrupts_end() -> None:
    """From now on an interrupt ends this process with a word and status 130, unless interrupts are ignored or somebody's own."""
    import signal

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)


def interrupts_raise() -> None:
    """From now on an interrupt is `KeyboardInterrupt` again."""
    import signal

    if signal.getsignal(signal.SIGINT) is _end:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _end(*_: object) -> None:
    try:
        os.write(2, _TOLD)
    finally:
        os._exit(_INTERRUPTED)
