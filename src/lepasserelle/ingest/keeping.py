"""What is left of who forked when no more forks are wanted: it waits for them, tells how each ended, and ends them on request.

Its process is the one that forked them, so that they are its children still; `forking` makes it this program, and the memory
that it had for them to begin with goes (decision 336). Run by path and without the package, which would be most of what this
takes: hence the few forms of messages that are written out here, as `forking` encodes and decodes them. Invariants are its.
"""

import os
import select
import signal
import sys

_MESSAGE_BYTES = 256
_KILL = b"\x92\xa4kill"
_ENDED = b"\x93\xa5ended"


def ended(pid: int, status: int) -> bytes:
    """`forking.Ended`, encoded."""
    return _ENDED + b"\xce" + pid.to_bytes(4, "big") + b"\xd2" + status.to_bytes(4, "big", signed=True)


def killed(message: bytes) -> int:
    """Whom a `forking.Kill` names; 0: it is another request, and comes too late."""
    number = message.removeprefix(_KILL)
    return 0 if number == message else int.from_bytes(number[1:] or number, "big")


def keep(control: int, alive: set[int]) -> None:
    """Until nobody asks any more; then no fork is left. `control`: descriptor of the socket."""
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)  # a handler, so that the descriptor below is written to
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    poll = select.poll()
    poll.register(control, select.POLLIN)
    poll.register(woken, select.POLLIN)
    try:
        _reap(control, alive)  # who ended before that
        while True:
            ready = {number for number, _ in poll.poll()}
            if woken in ready:
                os.read(woken, _MESSAGE_BYTES)
                _reap(control, alive)
            if control in ready:
                message = os.read(control, _MESSAGE_BYTES)
                if not message:
                    break
                if (pid := killed(message)) in alive:
                    os.kill(pid, signal.SIGKILL)
    except (BrokenPipeError, ConnectionResetError):
        pass
    for pid in alive:
        os.kill(pid, signal.SIGKILL)


def _reap(control: int, alive: set[int]) -> None:
    while alive:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        alive.discard(pid)
        os.write(control, ended(pid, os.waitstatus_to_exitcode(status)))


if __name__ == "__main__":
    keep(int(sys.argv[1]), set(map(int, sys.argv[2:])))
    os._exit(0)
