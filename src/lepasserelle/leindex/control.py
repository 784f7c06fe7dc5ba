"""Who lets other processes reach an open index, when `LeIndex(…, control=True)` asks for it.

Not here: how they do. LeIndex knows no face; the composition root offers one (the package's `__init__` does when it hands out
LeIndex), and this keeps the offer. Invariant: asking where nothing was offered is an error, not silence.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from lepasserelle.errors import ConfigError

if TYPE_CHECKING:
    from lepasserelle.leindex.orchestrator import LeIndex


class Served(Protocol):
    """Answers other processes until it is closed."""

    def close(self) -> None:
        """Stop answering. Idempotent."""


Serve = Callable[["LeIndex"], Served]

_offered: list[Serve] = []


def offer_control(serve: Serve) -> None:
    """Have every `LeIndex(…, control=True)` from now on served by `serve`."""
    _offered[:] = [serve]


def start_control(leindex: "LeIndex") -> Served:
    """Serve `leindex`. Raises `ConfigError` when nothing was offered, and what the offer raises where it cannot be served."""
    if not _offered:
        raise ConfigError(
            "control=True finds nothing that answers other processes. Import LeIndex with `from lepasserelle import LeIndex`."
        )
    return _offered[0](leindex)
