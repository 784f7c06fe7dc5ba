"""Flows of values that never meet. What Python holds reaches no code of ECMAScript, so that each family of languages has a program
of its own, and all but the largest flow elsewhere: beside it, or before it.

Invariant: a flow begins with the strings and chains that the survey met and with no others, wherever and whenever it runs, since
what a full cell keeps depends on their numbers. Decides nothing about values (`value_flow`).
"""

import gc
from collections.abc import Sequence

import msgspec

from lepasserelle.graph.edges import OUTER
from lepasserelle.graph.evaluate import Evaluator
from lepasserelle.graph.strings import Interner
from lepasserelle.graph.survey import FileRow, Survey
from lepasserelle.graph.value_flow import Flow
from lepasserelle.graph.value_left import left_by
from lepasserelle.graph.value_outcome import Outcome, outcome_of
from lepasserelle.graph.value_program import Program
from lepasserelle.graph.value_rounds import Rounds
from lepasserelle.graph.value_turned_away import TurnedAway
from lepasserelle.memory import pages

_LOW = 0xFFFF_FFFF


class _Packed(msgspec.Struct, array_like=True):
    """An outcome, with the texts of its strings: whoever unpacks it may have other numbers for them."""

    outcome: Outcome
    names: dict[int, str]


class Followed(msgspec.Struct, frozen=True, array_like=True):
    """What comes of following values."""

    outcome: bytes
    """What the flow said (`unpack`)."""
    left: bytes
    """What it left of each row of its program (`value_left`); empty where that was not asked for."""


_decode = msgspec.msgpack.Decoder(_Packed).decode
_decode_all = msgspec.msgpack.Decoder(dict[str, Followed]).decode


def by_size(survey: Survey) -> list[Program]:
    """The programs, the one of most rows first."""
    return sorted(survey.programs.values(), key=lambda program: (-program.row_count, program.family))


def followed(
    survey: Survey, evaluator: Evaluator, program: Program, *, leaves: bool = False, most_steps: int | None = None
) -> Followed:
    """Where values flow, packed. The program is empty afterwards. `leaves`: with what an edit that comes next may ask.
    `most_steps`: how many values may arrive at cells, where there is no memory for as many as else.

    The collector rests meanwhile: it would walk hundreds of thousands of live containers and find nothing. What outlives the flow
    is one object: each that stood among a million others would keep a megabyte of the interpreter's.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        with survey.renewed():
            return _solved(survey, evaluator, program, leaves=leaves, most_steps=most_steps)
    finally:
        if collects:
            gc.enable()


def _solved(survey: Survey, evaluator: Evaluator, program: Program, *, leaves: bool, most_steps: int | None) -> Followed:
    program.close()
    pages.trim_heap()  # what renumbering took stands in the C library's heap, where most objects of a flow do not
    rows_of_files = _rows_of_files(survey, program) if leaves else []
    flow = Flow(survey, evaluator, program)
    if leaves and isinstance(flow.cells, Rounds):
        flow.cells.keep_rounds()
    if most_steps is not None:
        flow.cells.most_steps = min(most_steps, flow.cells.most_steps)
    flow.solve()
    vague, turned_away = flow.cells.vague(), TurnedAway(flow.cells)
    flow.rest()
    outcome = packed_of(outcome_of(survey, flow, vague, turned_away), survey.strings)
    left = left_by(flow, vague, rows_of_files) if leaves and isinstance(flow.cells, Rounds) else b""
    flow.end()
    program.clear()
    for memory in (evaluator, evaluator.imports, evaluator.held):
        memory.forget()
    return Followed(outcome, left)


def _rows_of_files(survey: Survey, program: Program) -> list[int]:
    """First row of each file, and the number of all."""
    starts, count = iter(program.file_rows), len(program.rows) >> 2
    found = [next(starts) if _has_rows(row, program) else -1 for row in survey.files]
    for file in range(len(found) - 1, -1, -1):
        count = found[file] = found[file] if found[file] >= 0 else count
    return [*found, len(program.rows) >> 2]


def _has_rows(row: FileRow, program: Program) -> bool:
    return row.has_values and row.family.name == program.family


def followed_apart(
    survey: Survey, evaluator: Evaluator, programs: Sequence[Program], *, leaves: bool = False, most_steps: int | None = None
) -> bytes:
    """The same of several programs, by their families. The survey knows no more strings and chains afterwards than before."""
    found: dict[str, Followed] = {}
    with survey.rewound():
        for program in programs:
            own = _for_family(evaluator, program.family)
            found[program.family] = followed(survey, own, program, leaves=leaves, most_steps=most_steps)
    return msgspec.msgpack.encode(found)


def by_family(data: bytes) -> dict[str, Followed]:
    """What came of each family."""
    return _decode_all(data)


def unpack(data: bytes, strings: Interner) -> Outcome:
    """A packed outcome, with the numbers that its strings have here."""
    packed = _decode(data)
    outcome = packed.outcome
    moved = {OUTER | before: OUTER | strings[text] for before, text in packed.names.items()}
    moved = {before: after for before, after in moved.items() if before != after}

    def here(targets: tuple[int, ...]) -> tuple[int, ...]:
        return targets if moved.keys().isdisjoint(targets) else tuple(sorted([moved.get(target, target) for target in targets]))

    if moved:
        outcome.by_reference = {reference: here(targets) for reference, targets in outcome.by_reference.items()}
        for base, places in outcome.implied.items():
            outcome.implied[base] = [(scope, line, here(targets), reason) for scope, line, targets, reason in places]
    return outcome


def packed_of(outcome: Outcome, strings: Interner) -> bytes:
    """An outcome, packed."""
    met = {target for targets in outcome.by_reference.values() for target in targets}
    met.update(target for places in outcome.implied.values() for _, _, targets, _ in places for target in targets)
    outside = sorted(target & _LOW for target in met if target >= OUTER)
    return msgspec.msgpack.encode(_Packed(outcome, {number: strings.texts[number] for number in outside}))


def _for_family(evaluator: Evaluator, family: str) -> Evaluator:
    """Another evaluator over the same tables: what it remembers goes with it, strings that nobody else knows among that."""
    other = Evaluator(evaluator.survey)
    other.owners, other.extensions = evaluator.owners, evaluator.extensions
    for node in sorted(evaluator.survey.bases):
        if other.row_of(node).family.name == family:
            other.prepare(node)
    other.prepared()
    return other
