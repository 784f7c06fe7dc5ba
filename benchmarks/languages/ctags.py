"""What universal-ctags says of files. The only module that runs it."""

import json
import shutil
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

INSTALL = """universal-ctags is missing: this benchmark compares with it.
Debian, Ubuntu: apt-get install universal-ctags · Fedora: dnf install ctags · macOS: brew install universal-ctags"""


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag: name, kind as ctags calls it, 1-based line."""

    name: str
    kind: str
    line: int


def version() -> str:
    """`universal-ctags 5.9.0`; ends the program with what to install when there is none."""
    program = shutil.which("ctags")
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout if program else ""
    if not said.startswith("Universal Ctags"):
        sys.exit(INSTALL)
    features = subprocess.run(["ctags", "--list-features"], capture_output=True, text=True, check=True).stdout
    if "json" not in features.split():
        sys.exit("This ctags was built without JSON (libjansson). " + INSTALL)
    return f"universal-ctags {said.split(',')[0].split()[-1]}"


def knows(language: str) -> bool:
    """Whether it has a parser of that name."""
    said = subprocess.run(["ctags", "--list-languages"], capture_output=True, text=True, check=True).stdout
    return language in said.split("\n")


def tags(language: str, files: list[Path]) -> dict[Path, list[Tag]]:
    """Its tags of default kinds, by file."""
    command = ["ctags", "--output-format=json", "--fields=NFnK", "--sort=no", f"--language-force={language}", "-f", "-", "-L", "-"]
    done = subprocess.run(command, input="\n".join(map(str, files)).encode(), capture_output=True, check=True)
    found: dict[Path, list[Tag]] = defaultdict(list)
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        said = json.loads(line)
        if said.get("_type") == "tag":
            found[Path(said["path"])].append(Tag(said["name"], said["kind"], said["line"]))
    return found
