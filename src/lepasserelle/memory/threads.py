"""Threads that work can do without: where the system gives none, as under a limit on data or processes, nobody fails for it."""

import threading
from collections.abc import Callable


def start_thread(target: Callable[..., object], name: str, *args: object) -> threading.Thread | None:
    """A daemon thread that runs `target(*args)`; None when the system gives none. A thread that did not start cannot be joined."""
    try:
        thread = threading.Thread(target=target, args=args, name=name, daemon=True)
        thread.start()
    except (RuntimeError, MemoryError):
        return None
    return thread
