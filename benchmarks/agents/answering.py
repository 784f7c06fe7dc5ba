"""What an answer costs a model: tokens of ten tasks on Django by tools, and by ripgrep and reading the files that it names.

Tokens are those of `o200k_base` (benchmarks/tokens), of what is sent and what comes back. Reading is counted twice: the whole file,
as most agents' own tools do unless told otherwise, and only 200 lines around each place that is needed, as if the reader had known
where. Both sides must have seen the same lines, else the run fails. Latency: each call of the tasks, and of the other tools, over a
session of `leindex mcp --standalone`, the first ask of each left out.
"""

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fetching
from agents.client import Client
from agents.subjects import Subject, django
from agents.tasks import TASKS, Task
from lepasserelle.faces.mcp.server import wire_tools
from tables import median, table
from tokens.run import Tokenizer, tokenizers

WINDOW_LINES = 200
BEFORE_LINES = 20
ROUNDS = 15
OTHERS: tuple[tuple[str, dict[str, object]], ...] = (
    ("find_symbol", {"name": "filter"}),
    ("slice", {"place": "db/models/query.py:1000"}),
    ("outline", {}),
    ("index_status", {}),
    ("memory", {}),
)


def measure_tokens() -> str:
    """The section on tokens. Raises `SystemExit` when a task was not done by both sides."""
    tokenizer = tokenizers()["o200k_base"]
    rows, sums = [], [0, 0, 0]
    with django() as subject, Client(subject.alone, subject.environment) as client:
        client.greet()
        for task in TASKS:
            counts = [sum(map(_count(tokenizer), said)) for said in (by_tools(client, task), *by_reading(subject, task))]
            sums = [total + count for total, count in zip(sums, counts, strict=True)]
            tools = ", ".join(tool for tool, _ in task.calls)
            rows.append([task.what, tools, *(f"{count:,}" for count in counts), *(f"{counts[0] / one:.2f}" for one in counts[1:])])
    rows.append(["**all ten**", "", *(f"{count:,}" for count in sums), *(f"{sums[0] / one:.2f}" for one in sums[1:])])
    told = [{"name": tool.name, "description": tool.description, "input_schema": tool.input_schema} for tool in wire_tools()]
    listed = len(tokenizer.encode_ordinary(json.dumps(told, separators=(",", ":"))))
    head = ["task", "tools", "tools, tokens", "ripgrep + whole files", "ripgrep + windows", "ratio to whole", "ratio to windows"]
    return f"{table(head, rows)}\n\nThe list of tools, which a model is told once in a session, takes {listed:,} tokens."


def measure_latency() -> str:
    """The section on latency."""
    calls = {(tool, json.dumps(arguments)): arguments for task in TASKS for tool, arguments in task.calls}
    calls |= {(tool, json.dumps(arguments)): arguments for tool, arguments in OTHERS}
    taken: dict[str, list[float]] = {}
    with django() as subject, Client(subject.alone, subject.environment) as client:
        client.greet()
        for (tool, _), arguments in calls.items():
            client.call(tool, **arguments)
        for _ in range(ROUNDS):
            taken.setdefault("(ping)", []).append(_timed(client, "ping", {}))
            for (tool, _), arguments in calls.items():
                taken.setdefault(tool, []).append(_timed(client, "tools/call", {"name": tool, "arguments": arguments}))
    rows = [
        [tool, str(len(times)), f"{median(times):.1f}", f"{sorted(times)[int(len(times) * 0.95)]:.1f}"]
        for tool, times in taken.items()
    ]
    return table(["tool", "calls", "median ms", "95th percentile ms"], rows)


def by_tools(client: Client, task: Task) -> list[str]:
    """What is sent and what comes back, by tools."""
    said: list[str] = []
    for tool, arguments in task.calls:
        result = client.call(tool, **arguments)
        said += [json.dumps({"name": tool, "arguments": arguments}), result["content"][0]["text"]]
        if result.get("isError"):
            raise SystemExit(f"{task.what}: {said[-1]}")
    _check(task, "\n".join(said), "the tools")
    return said


def by_reading(subject: Subject, task: Task) -> tuple[list[str], list[str]]:
    """The same with ripgrep and whole files, and with windows of files."""
    asked = [text for pattern in task.patterns for text in (f"rg -n '{pattern}'", _ripgrep(subject.project, pattern))]
    texts = {path: (subject.project / path).read_text("utf-8") for path in task.reads}
    whole = asked + [text for path, content in texts.items() for text in (path, content)]
    windows = asked + [text for path, content in texts.items() for text in (path, "\n".join(_windows(task, path, content)))]
    for said in (whole, windows):
        _check(task, "\n".join(said), "reading")
    return whole, windows


def _windows(task: Task, path: str, content: str) -> Iterator[str]:
    """The lines around each place that is needed, each line once."""
    lines = content.split("\n")
    wanted: set[int] = set()
    for needed, text in task.needs:
        if needed == path:
            at = next(number for number, line in enumerate(lines) if text in line)
            wanted.update(range(max(0, at - BEFORE_LINES), min(len(lines), at - BEFORE_LINES + WINDOW_LINES)))
    return (lines[number] for number in sorted(wanted))


def _check(task: Task, said: str, who: str) -> None:
    """Every needed line was seen, however it was indented or cut to its signature."""
    seen = " ".join(said.split())
    for path, text in task.needs:
        wanted = text.removesuffix(":").removesuffix("(")
        if " ".join(wanted.split()) not in seen:
            raise SystemExit(f"{task.what}: {who} did not show {text!r} of {path}")


def _ripgrep(root: Path, pattern: str) -> str:
    folder, _ = fetching.debian_package("ripgrep")
    command = [str(folder / "usr/bin/rg"), "-n", "--no-heading", "--sort", "path", pattern, "."]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout


def _count(tokenizer: Tokenizer) -> Any:  # noqa: ANN401 - a function of a text
    return lambda text: len(tokenizer.encode_ordinary(text))


def _timed(client: Client, method: str, params: dict[str, object]) -> float:
    began_s = time.perf_counter()
    client.ask(method, params)
    return (time.perf_counter() - began_s) * 1000.0
