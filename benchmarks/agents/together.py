"""Eight clients of one server for a minute, each asking as fast as it is answered, while files change and the index is brought up
to date.

Clients are relays, as agents start them. One more client changes a file and has it indexed, again and again; every answer is looked
at: one that is an error, or that has lost what it must hold, ends the run.
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from agents.client import Client
from agents.subjects import Subject, django_to_change
from tables import median, table

CLIENTS = 8
SECONDS = 60.0
QUESTIONS: tuple[tuple[str, Mapping[str, object], str], ...] = (
    ("search", {"query": "where are sessions validated"}, "sessions"),
    ("context", {"question": "how is a password hashed", "max_tokens": 1500}, "hash"),
    ("callers", {"name": "get_user_model"}, "user_model_swapped"),
    ("read", {"target": "QuerySet.filter"}, "_filter_or_exclude"),
    ("outline", {"path": "db/models"}, "query.py"),
    ("impact", {"name": "Model.save_base"}, "Model.save"),
    ("search", {"query": "savepoint_rollback", "mode": "literal"}, "transaction.py"),
)


@dataclass(slots=True)
class Told:
    """What the clients saw."""

    taken_ms: list[float] = field(default_factory=list)
    generations: int = 0
    failed: list[str] = field(default_factory=list)


def measure() -> str:
    """The section of the results. Raises `SystemExit` for a wrong answer."""
    with django_to_change() as subject:
        told = _minute(subject)
    if told.failed:
        raise SystemExit(told.failed[0])
    times = sorted(told.taken_ms)
    share = [times[int(len(times) * part)] for part in (0.95, 0.99)]
    head = ["clients", "answers", "answers a second", "median ms", "95 % ms", "99 % ms", "longest ms", "generations made meanwhile"]
    figures = [median(times), *share, times[-1]]
    row = [
        str(CLIENTS),
        f"{len(times):,}",
        f"{len(times) / SECONDS:.0f}",
        *(f"{one:.0f}" for one in figures),
        str(told.generations),
    ]
    return table(head, [row])


def _minute(subject: Subject) -> Told:
    told = Told()
    with Client(subject.relay, subject.environment) as first:
        first.greet()
        first.call("reindex", wait_seconds=600)
        until_s = time.monotonic() + SECONDS
        threads = [threading.Thread(target=_ask, args=(subject, number, until_s, told)) for number in range(CLIENTS)]
        for thread in threads:
            thread.start()
        while time.monotonic() < until_s:
            told.generations += 1
            (subject.project / "changed.py").write_text(f"def changed_{told.generations}():\n    return 1\n", encoding="utf-8")
            said = _text(first, "reindex", {"wait_seconds": 120})
            if f"generation {told.generations + 1}:" not in said:
                told.failed.append(said)
        for thread in threads:
            thread.join()
    return told


def _ask(subject: Subject, number: int, until_s: float, told: Told) -> None:
    with Client(subject.relay, subject.environment) as client:
        client.greet()
        turn = number
        while time.monotonic() < until_s and not told.failed:
            tool, arguments, expected = QUESTIONS[turn % len(QUESTIONS)]
            turn += 1
            began_s = time.perf_counter()
            said = _text(client, tool, arguments)
            told.taken_ms.append((time.perf_counter() - began_s) * 1000.0)
            if expected not in said:
                told.failed.append(f"{tool} {dict(arguments)} said {said}")


def _text(client: Client, tool: str, arguments: Mapping[str, object]) -> str:
    text: str = client.call(tool, **arguments)["content"][0]["text"]
    return text
