"""A client that speaks lines of JSON-RPC to a command, and what `/proc` says about processes."""

import json
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

HELLO = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}}
_TICK_S = 1.0 / os.sysconf("SC_CLK_TCK")


class Client:
    """One client and the process that it started; a context manager that ends it by closing its input."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        self.began_s = time.perf_counter()
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._to, self._answers = self.process.stdin, self.process.stdout
        self._number = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(BrokenPipeError):
            self._to.close()
        self.process.wait()
        self._answers.close()

    def ask(self, method: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """A request and its result. Raises `SystemExit` for an error."""
        self._number += 1
        message = {"jsonrpc": "2.0", "id": self._number, "method": method, "params": params}
        self._to.write(json.dumps(message).encode() + b"\n")
        self._to.flush()
        while (answer := json.loads(self._answers.readline() or b'{"id": null, "error": "it ended"}')).get("id") != self._number:
            if "error" in answer:
                break
        if "error" in answer:
            raise SystemExit(f"{method}: {answer['error']}")
        result: dict[str, Any] = answer["result"]
        return result

    def greet(self) -> float:
        """Begin a session; milliseconds from the start of the process to the answer."""
        self.ask("initialize", HELLO)
        answered_ms = (time.perf_counter() - self.began_s) * 1000
        self._to.write(b'{"jsonrpc":"2.0","method":"notifications/initialized"}\n')
        return answered_ms

    def call(self, tool: str, **arguments: object) -> dict[str, Any]:
        """The result of a tool."""
        return self.ask("tools/call", {"name": tool, "arguments": arguments})


def servers(project: Path) -> list[int]:
    """The shared servers of a project."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            words = path.read_bytes().split(b"\0")
            if b"mcp-server" in words and os.fsencode(project) in words:
                found.append(int(path.parent.name))
    return found


def cpu_ms(pid: int) -> float:
    """Processor time that a running process has taken, its threads included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * _TICK_S * 1000


def private_bytes(pid: int) -> int:
    """What would be free if only this process ended."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private_"))
