"""How this same package is run in another process: its environment, and the switches of the interpreter.

Not here: starting it. Invariants: the other process imports the package that this one runs, wherever it lies; a `json.py` in the
working folder never stands in for the standard library's. Imports next to nothing.
"""

import os
import site
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from lepasserelle.errors import WorkerError

SWITCHES: Final = ("-P", "-X", "faulthandler")
"""`-P`: the working folder is no place to import from."""

_DROPPED_VARIABLES: Final = ("PYTHONINSPECT", "PYTHONSTARTUP", "PYTHONVERBOSE", "PYTHONPROFILEIMPORTTIME", "PYTHONBREAKPOINT")


_ONE_THREAD: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "VECLIB_MAXIMUM_THREADS": "1"}

PARENT_VARIABLE: Final = "LEPASSERELLE_PARENT_PID"
"""Names the parent to a child, so that it sees when that process died before the child could ask to be told."""


def worker_command() -> list[str]:
    """The command of a child that parses or builds."""
    if not sys.executable:
        raise WorkerError(
            "this program embeds Python and does not say where its interpreter is; set sys.executable to a Python with lepasserelle"
        )
    return [sys.executable, *SWITCHES, "-m", "lepasserelle.ingest.worker"]


def worker_environment(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a child: the parent's, so that it imports this same package, and one thread for numeric libraries."""
    return {**environment(environ), **_ONE_THREAD, PARENT_VARIABLE: str(os.getpid())}


def environment(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of another process of ours; None: made of this one's.

    A package that does not lie where Python looks by itself (a source tree put on `sys.path`) is named in `PYTHONPATH`; one in
    `site-packages` is not, because everything beside it would then stand before the standard library.
    """
    found = dict(os.environ if environ is None else environ)
    for name in _DROPPED_VARIABLES:
        found.pop(name, None)
    root = str(Path(__file__).resolve().parents[1])
    if root not in _site_folders():
        found["PYTHONPATH"] = os.pathsep.join([root, *filter(None, [found.get("PYTHONPATH", "")])])
    return found


def _site_folders() -> set[str]:
    folders = [*site.getsitepackages(), site.getusersitepackages()]
    return {os.path.realpath(folder) for folder in folders}
