"""How this same package is run in another process: its environment, and the switches of the interpreter.

Not here: starting it. Invariants: the other process imports the package that this one runs, wherever it lies; a `json.py` in the
working folder never stands in for the standard library's. Imports next to nothing.
"""

import os
import site
from collections.abc import Mapping
from pathlib import Path
from typing import Final

SWITCHES: Final = ("-P", "-X", "faulthandler")
"""`-P`: the working folder is no place to import from."""

_DROPPED_VARIABLES: Final = ("PYTHONINSPECT", "PYTHONSTARTUP", "PYTHONVERBOSE", "PYTHONPROFILEIMPORTTIME", "PYTHONBREAKPOINT")


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
