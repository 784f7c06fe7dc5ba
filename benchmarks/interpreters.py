"""The distribution's own Python beside the one that runs us: builds differ in speed, so both are told."""

import compileall
import os
import shutil
import subprocess
import sys
from pathlib import Path

from fetching import CACHE

ROOT = Path(__file__).parents[1]
OLDEST = (3, 11)


def _version(python: str) -> tuple[int, ...]:
    """Version of an interpreter that can make environments; empty when it cannot."""
    asked = subprocess.run(
        [python, "-c", "import ensurepip, sys, venv; print(*sys.version_info[:3])"], capture_output=True, text=True, check=False
    )
    return tuple(int(part) for part in asked.stdout.split())


def _is_ours(python: str) -> bool:
    return Path(python).resolve() == Path(sys.executable).resolve()


def distribution_command(cache: Path = CACHE) -> tuple[str, Path] | None:
    """Version and `leindex` of an environment made by the distribution's Python; `None` where that is not another one.

    The environment is made anew each time, since it holds a copy of the tree as it is now.
    """
    python = shutil.which("python3", path=os.defpath)
    if python is None or _is_ours(python) or (version := _version(python)) < OLDEST:
        return None
    folder = cache / "distribution-python"
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([python, "-m", "venv", str(folder)], check=True)
    subprocess.run([str(folder / "bin" / "pip"), "install", "--quiet", str(ROOT)], check=True, stderr=subprocess.DEVNULL)
    for packages in (folder / "lib").glob("python3*/site-packages"):
        compileall.compile_dir(packages, quiet=2)
    return ".".join(map(str, version)), folder / "bin" / "leindex"
