"""Progress: the first record of a phase at once, the rest at most ten a second."""

from lepasserelle.ingest.progress import Progress, Teller


def test_a_phase_is_told_at_most_every_tenth_of_a_second() -> None:
    """A thousand files in one second give about ten records."""
    heard: list[Progress] = []
    now = [0.0]
    teller = Teller(heard.append, clock=lambda: now[0])
    for number in range(1000):
        now[0] = number / 1000
        teller.tell("parse", number, 1000)
    assert 9 <= len(heard) <= 11
    assert heard[0].files_done == 0


def test_a_new_phase_and_a_message_pass_at_once() -> None:
    """Neither who holds the lock nor the change of a phase waits."""
    heard: list[Progress] = []
    teller = Teller(heard.append, tree_bytes=lambda: 7, clock=lambda: 0.0)
    teller.tell("walk", 1)
    teller.tell("walk", 2)
    teller.tell("wait", message="process 1 is writing")
    teller.tell("wait", message="process 1 is still writing")
    teller.tell("parse")
    assert [(one.phase, one.message) for one in heard] == [
        ("walk", ""),
        ("wait", "process 1 is writing"),
        ("wait", "process 1 is still writing"),
        ("parse", ""),
    ]
    assert {one.tree_bytes for one in heard} == {7}


def test_without_a_listener_nothing_is_measured() -> None:
    """Nobody asks for the memory when nobody listens."""
    measured: list[str] = []

    def tree_bytes() -> int:
        measured.append("tree")
        return 7

    for listener in (None, lambda _: None):
        Teller(listener, tree_bytes).tell("walk")
        assert measured == ([] if listener is None else ["tree"])
