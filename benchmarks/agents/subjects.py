"""What is measured: an indexed Django, the commands that serve it, and an environment where nothing else runs."""

import atexit
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import corpora
from agents.client import servers
from lepasserelle import LeIndex

QUESTION = "where are querysets filtered"
PLAIN_SDK = [sys.executable, str(Path(__file__).with_name("plain_sdk.py"))]


@dataclass(frozen=True, slots=True)
class Subject:
    """An indexed project, and how it is served."""

    project: Path
    index: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def relay(self) -> list[str]:
        """`leindex mcp`: a relay to the shared server."""
        command = [sys.executable, "-m", "lepasserelle", "mcp"]
        return [*command, "--project", str(self.project), "--index-dir", str(self.index)]

    @property
    def alone(self) -> list[str]:
        """`leindex mcp --standalone`."""
        return [*self.relay, "--standalone"]

    def running(self) -> list[int]:
        """The shared servers that run now."""
        return servers(self.project)

    def stop(self) -> None:
        """Wait until none runs any more: it leaves when nobody asks for a second."""
        while self.running():
            time.sleep(0.05)


@contextmanager
def django(idle_s: int = 600) -> Iterator[Subject]:
    """Django, indexed once for all measurements, with a runtime folder of its own."""
    with tempfile.TemporaryDirectory(prefix="lb", dir="/tmp") as temporary:
        environment = {**os.environ, "XDG_RUNTIME_DIR": temporary, "LEINDEX_MCP_IDLE_S": str(idle_s)}
        yield Subject(corpora.wheel_tree(*corpora.DJANGO), _django_index(), environment)


@cache
def _django_index() -> Path:
    """The folder of its index, which goes with this process."""
    folder = tempfile.TemporaryDirectory(prefix="lb", dir="/tmp")
    atexit.register(folder.cleanup)
    index = Path(folder.name) / "index"
    with LeIndex(corpora.wheel_tree(*corpora.DJANGO), index_dir=str(index)) as leindex:
        leindex.index_project()
    return index


@contextmanager
def django_to_change() -> Iterator[Subject]:
    """A copy of Django that may be changed, not indexed yet, with a runtime folder of its own."""
    with tempfile.TemporaryDirectory(prefix="lb", dir="/tmp") as temporary:
        project = Path(temporary) / "django"
        shutil.copytree(corpora.wheel_tree(*corpora.DJANGO), project)
        yield Subject(project, Path(temporary) / "index", {**os.environ, "XDG_RUNTIME_DIR": temporary})
