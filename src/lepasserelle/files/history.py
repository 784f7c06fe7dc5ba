"""How often each file changed, from git's own account. None where there is no history that can be read.

git runs as a child, without a shell, with everything turned off that a repository could have it run: hooks, monitors, helpers,
pagers. Nothing is written. Not here: who changed what, or why.
"""

import os
import subprocess
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from shutil import which
from typing import Final

_TIMEOUT_S: Final = 30.0
MOST_COMMITS: Final = 5_000

_QUIET: Final = (
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "log.showSignature=false",
    "-c",
    "core.pager=cat",
)


def change_counts(project: Path, most_commits: int = MOST_COMMITS) -> Mapping[str, int] | None:
    """Path inside the project → how many of its last commits changed it, merges left out; renames count as new files.

    None without git, without a repository or when it does not answer in time.
    """
    git = which("git")
    if git is None:
        return None
    command = [git, *_QUIET, "--no-pager", "log", f"--max-count={most_commits}", "--no-merges", "--no-renames", "--no-ext-diff"]
    command += ["--no-textconv", "--format=", "--name-only", "--relative", "-z", "--", "."]
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        said = subprocess.run(  # noqa: S603 - a fixed command without a shell
            command, cwd=project, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if said.returncode:
        return None
    return Counter(os.fsdecode(path.strip(b"\n")) for path in said.stdout.split(b"\0") if path.strip(b"\n"))
