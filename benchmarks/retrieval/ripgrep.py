"""What an agent has without an index: one `rg` for the words of the question, files by how many of the words they hold."""

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import fetching
from lepasserelle.terms import STOP_WORDS


class Ripgrep:
    """Question → paths below a folder, best first; one process a question."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._program = shutil.which("rg") or str(fetching.debian_package("ripgrep")[0] / "usr/bin/rg")

    def __call__(self, text: str) -> list[str]:
        """The files that hold the most of the words; of equals those that hold them most often."""
        words = sorted({word for word in re.findall(r"[a-z0-9]+", text.lower()) if word not in STOP_WORDS})
        if not words:
            return []
        asked = [part for word in words for part in ("-e", word)]
        command = [self._program, "--only-matching", "--ignore-case", "--no-line-number", "--with-filename", "--null", *asked, "."]
        done = subprocess.run(command, cwd=self._folder, capture_output=True, text=True, errors="replace", check=False)
        held: dict[str, Counter[str]] = {}
        for line in done.stdout.splitlines():
            path, _, word = line.partition("\0")
            held.setdefault(path.removeprefix("./"), Counter())[word.lower()] += 1
        return sorted(held, key=lambda path: (-len(held[path]), -held[path].total(), path))
