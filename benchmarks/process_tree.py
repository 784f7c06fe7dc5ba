"""Run a command and measure it from outside: wall time, and the largest PSS sum of the process and its descendants."""

import compileall
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SAMPLE_INTERVAL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run of a command took."""

    seconds: float
    processor_seconds: float
    """Of the command and of its descendants that it waited for."""
    peak_pss_bytes: int
    """0 when nothing was sampled."""
    samples: int
    output: str


def compile_package() -> None:
    """Compile our modules to bytecode, as pip does with a wheel: an editable install starts without, and a shell may forbid it."""
    import lepasserelle

    compileall.compile_dir(Path(lepasserelle.__file__).parent, quiet=1)


def descendants(pid: int) -> list[int]:
    """The process and all its descendants that live right now."""
    found, waiting = [], [pid]
    while waiting:
        current = waiting.pop()
        found.append(current)
        try:
            for task in Path(f"/proc/{current}/task").iterdir():
                waiting += [int(child) for child in (task / "children").read_text().split()]
        except OSError:
            continue
    return found


def pss_bytes(pid: int) -> int:
    """Proportional set size of one process; 0 when it has just gone."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def run(
    command: Sequence[str], *, cwd: Path | None = None, environment: Mapping[str, str] | None = None, sampled: bool = True
) -> Measured:
    """Run a command to its end. Raises `SystemExit` with its output when it fails.

    `sampled`: whether memory is looked at meanwhile, which takes a part of a core and holds up whoever asks the system for memory.
    """
    with tempfile.TemporaryFile("w+") as output:  # a pipe that nobody reads while we sample would fill and stop the child
        before, start = os.times(), time.perf_counter()
        child = subprocess.Popen(
            command,
            cwd=cwd,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        peak_bytes, samples = 0, 0
        while sampled and child.poll() is None:
            peak_bytes = max(peak_bytes, sum(map(pss_bytes, descendants(child.pid))))
            samples += 1
            time.sleep(SAMPLE_INTERVAL_SECONDS)
        child.wait()
        seconds, after = time.perf_counter() - start, os.times()
        output.seek(0)
        text = output.read()
    if child.returncode != 0:
        sys.exit(f"{' '.join(command)} failed with {child.returncode}:\n{text}")
    processor_seconds = after.children_user + after.children_system - before.children_user - before.children_system
    return Measured(seconds, processor_seconds, peak_bytes, samples, text)


def wall_ms(command: Sequence[str]) -> float:
    """Wall time of a short command in ms, without sampling (whose 20 ms steps would blur it)."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - start) * 1000
