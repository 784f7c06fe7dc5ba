"""How long until a client is answered: a relay with and without a running server, one process alone, and the SDK's plain server."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence

from agents.client import Client, cpu_ms
from agents.subjects import PLAIN_SDK, Subject, django
from tables import spread, table

ROUNDS = 11
COLD_ROUNDS = 5


def interpreter_ms() -> float:
    """A Python that does nothing."""
    began_s = time.perf_counter()
    subprocess.run([sys.executable, "-c", ""], check=True)
    return (time.perf_counter() - began_s) * 1000


def answered(subject: Subject, command: Sequence[str]) -> tuple[float, float]:
    """(milliseconds to the answer to `initialize`, processor milliseconds of the process by then)."""
    with Client(command, subject.environment) as client:
        return client.greet(), cpu_ms(client.process.pid)


def cold(subject: Subject) -> tuple[float, float]:
    """As `answered`, with no server running: its processor time counts too."""
    end_servers(subject)
    with Client(subject.relay, subject.environment) as client:
        wall_ms = client.greet()
        return wall_ms, cpu_ms(client.process.pid) + sum(map(cpu_ms, subject.running()))


def end_servers(subject: Subject) -> None:
    """Have the shared servers of the subject end, and wait for it."""
    for pid in subject.running():
        os.kill(pid, signal.SIGTERM)
    subject.stop()


def row(name: str, runs: Sequence[tuple[float, float]]) -> list[str]:
    """One line of the table."""
    return [name, spread([wall for wall, _ in runs], 0), spread([cpu for _, cpu in runs], 0)]


def measure() -> str:
    """The section of the results."""
    with django() as subject:
        bare = [interpreter_ms() for _ in range(ROUNDS)]
        answered(subject, subject.relay)
        warm = [answered(subject, subject.relay) for _ in range(ROUNDS)]
        none = [cold(subject) for _ in range(COLD_ROUNDS)]
        alone = [answered(subject, subject.alone) for _ in range(COLD_ROUNDS)]
        plain = [answered(subject, PLAIN_SDK) for _ in range(COLD_ROUNDS)]
        end_servers(subject)
    rows = [
        ["`python -c ''`", spread(bare, 0), ""],
        row("`leindex mcp`, a server runs", warm),
        row("`leindex mcp`, none runs: it is started (its processor time included)", none),
        row("`leindex mcp --standalone`", alone),
        row("the SDK's own server, one empty tool", plain),
    ]
    head = ["until `initialize` is answered", "wall ms, median (range)", "processor ms, median (range)"]
    return table(head, rows)
