"""The real code that benchmarks run on: fetched by name and version through pip and npm into a folder that is not committed."""

import subprocess
from pathlib import Path

import fetching
from fetching import CACHE

DJANGO = ("django", "5.2.19")
SQLALCHEMY = ("sqlalchemy", "2.0.44")
ZOD = ("zod", "4.6.7")
CODEGRAPH = ("@colbymchenry/codegraph", "latest")


def wheel_tree(name: str, version: str, cache: Path = CACHE) -> Path:
    """The unpacked wheel of a PyPI package; returns the folder of its import package."""
    return fetching.wheel(name, version, cache) / name


def npm_tree(name: str, version: str, cache: Path = CACHE) -> Path:
    """The unpacked npm package."""
    return fetching.npm_package(name, version, cache)


def npm_program(name: str, version: str, program: str, cache: Path = CACHE) -> Path:
    """An npm package installed with what it needs; returns the path of one of its programs."""
    folder = cache / "npm-programs"
    found = folder / "node_modules" / ".bin" / program
    if not found.exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["npm", "install", "--silent", "--no-audit", "--no-fund", f"{name}@{version}"],
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    return found


def standard_library() -> Path:
    """The `Lib` folder of the running interpreter."""
    import sysconfig

    return Path(sysconfig.get_path("stdlib"))
