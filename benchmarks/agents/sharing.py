"""What one, two, four and eight clients of an index hold: relays and their server, as many processes alone, the SDK's plain server.

Every client begins a session and asks one question, one after the other, before anything is measured.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from agents.client import Client, private_bytes
from agents.starting import end_servers
from agents.subjects import PLAIN_SDK, QUESTION, Subject, django
from process_tree import pss_bytes
from tables import table

COUNTS = (1, 2, 4, 8)
MOST_ADDED_MB = 20.0
MOST_RELAY_MB = 15.0


@dataclass(frozen=True, slots=True)
class Held:
    """Of all processes of some clients together, in MB; and the largest private part of a client's own process."""

    pss: float
    server_pss: float
    client_private: float


def held(subject: Subject, command: Sequence[str], count: int, question: str | None = QUESTION) -> Held:
    """What `count` clients hold while all of them are connected."""
    with ExitStack() as stack:
        clients = [stack.enter_context(Client(command, subject.environment)) for _ in range(count)]
        for client in clients:
            client.greet()
            client.call("search", query=question)
        pids, shared = [client.process.pid for client in clients], subject.running()
        found = Held(
            sum(map(pss_bytes, [*pids, *shared])) / 1e6,
            sum(map(pss_bytes, shared)) / 1e6,
            max(map(private_bytes, pids)) / 1e6,
        )
    end_servers(subject)
    return found


def measure() -> str:
    """The section of the results. Raises `SystemExit` when a promise is not kept."""
    with django() as subject:
        relays = [held(subject, subject.relay, count) for count in COUNTS]
        alone = [held(subject, subject.alone, count) for count in COUNTS]
        plain = [held(subject, PLAIN_SDK, count) for count in COUNTS]
    rows = [
        [
            str(count),
            f"{ours.pss:.0f} ({ours.server_pss:.0f})",
            f"{ours.client_private:.1f}",
            f"{own.pss:.0f}",
            f"{theirs.pss:.0f}",
            f"{ours.pss / own.pss:.2f}",
        ]
        for count, ours, own, theirs in zip(COUNTS, relays, alone, plain, strict=True)
    ]
    head = [
        "clients",
        "`leindex mcp`, PSS MB (of it the server)",
        "largest relay, private MB",
        "`--standalone`, PSS MB",
        "the SDK's own server with one empty tool, PSS MB",
        "shared / alone",
    ]
    added = (relays[-1].pss - relays[0].pss) / (COUNTS[-1] - COUNTS[0])
    relay = max(one.client_private for one in relays)
    if added > MOST_ADDED_MB or relay > MOST_RELAY_MB:
        raise SystemExit(f"an added client costs {added:.1f} MB, and a relay holds {relay:.1f} MB of its own")
    return table(head, rows) + f"\n\nAn added client costs {added:.1f} MB (promised: at most {MOST_ADDED_MB:.0f})."
