"""One indexing run in a process of its own: asked by one line of JSON, answers with lines of JSON, leaves with whoever asked.

Run as `python -m lepasserelle.leindex.indexing_child` by `leindex.background` and by nobody else, so that what indexing takes in
memory leaves with the process, and whoever serves questions goes on serving. Invariants: nothing but records goes to standard
output; when standard input ends, the process is gone at once, and the index is as it was.
"""

import os
import sys
import threading

import msgspec

from lepasserelle.errors import LeIndexError
from lepasserelle.files import path_to_os
from lepasserelle.leindex.background import Order, Said
from lepasserelle.leindex.orchestrator import LeIndex
from lepasserelle.memory import MemoryConfig


def main() -> int:
    """Carry out the order on standard input."""
    order = msgspec.json.decode(sys.stdin.buffer.readline(), type=Order)
    threading.Thread(target=_leave_with_parent, name="lepasserelle-parent", daemon=True).start()
    answers = os.dup(1)
    os.dup2(2, 1)
    encoder = msgspec.json.Encoder()

    def say(said: Said) -> None:
        os.write(answers, encoder.encode(said) + b"\n")

    try:
        memory = MemoryConfig(memory_limit_bytes=order.memory_limit_bytes, auto_spill=False, access_log=False)
        with LeIndex(path_to_os(order.project), memory, control=False, **order.settings) as leindex:
            say(Said(report=leindex.index_project(lambda progress: say(Said(progress=progress)))))
    except LeIndexError as error:
        say(Said(error=str(error)))
        return 1
    return 0


def _leave_with_parent() -> None:
    """The other end of standard input is held by the process that asked, and by nobody else."""
    while os.read(0, 4096):
        pass
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
