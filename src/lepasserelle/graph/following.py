"""Places whose relations wait for the flow of values: it replaces what it does not confirm of what resolving by scope says, and
adds what only the syntax calls. Not here: how either comes to its answer.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lepasserelle.graph.edges import OUTER, SET, EdgeSink, Relation
from lepasserelle.graph.evaluate import Evaluator
from lepasserelle.graph.layout import MAKING, Reason
from lepasserelle.graph.shapes import ACCESSOR, DECLARATION, IS_TYPE
from lepasserelle.graph.stated import Kept
from lepasserelle.graph.survey import FileRow, Survey
from lepasserelle.graph.value_outcome import Outcome
from lepasserelle.model import EdgeKind, NodeFlag

_CALLS: Final = int(EdgeKind.CALLS)
_READS: Final = int(EdgeKind.READS)
_BOUNDED: Final = int(Reason.BOUNDED)
_READING: Final = frozenset({Reason.MADE_OF_VALUE, Reason.FIXTURE})
"""Of what is implied: it names the target without entering it."""
_EXPORTED: Final = int(NodeFlag.EXPORTED)
_LOW: Final = 0xFFFF_FFFF
_Entered = tuple[set[int], set[int]]
"""(accessors that are run, names under which some are read)."""


class Following:
    """States what was kept of the files with code for the flow, once there is an outcome."""

    def __init__(self, survey: Survey, evaluator: Evaluator, sink: EdgeSink, outcome: Outcome) -> None:
        self._survey = survey
        self._evaluator = evaluator
        self._sink = sink
        self._outcome = outcome
        self._read: dict[int, _Entered] = {}
        self._members: dict[int, frozenset[int]] = {}
        """Candidates of the sets that were asked for: names such as `get` have hundreds, and thousands of places name them."""

    def state(self, kept: Kept) -> None:
        """All that was kept, as the flow has it, and what the syntax of any file calls."""
        outcome = self._outcome
        self._read = self._read_otherwise()
        references = _references(self._survey.files)
        changed = np.isin(references, np.array([*outcome.by_reference, *outcome.lost, *outcome.settled], dtype=np.uint32))
        changed &= ~_confirmed(references, outcome, kept)
        scopes = np.frombuffer(self._survey.reference_scope, dtype=np.uint32)
        lines = np.frombuffer(self._survey.reference_line, dtype=np.uint32)
        if self._read:
            keys = np.fromiter(self._read, np.uint64)
            changed |= np.isin(scopes[references].astype(np.uint64) << np.uint64(32) | lines[references], keys)
        stays = references[~changed]
        kept.give(self._sink, ~changed, scopes[stays], lines[stays])
        places = references[changed]
        stated = list(map(self._changed, places.tolist(), kept.relations(changed)))
        self._sink.add(scopes[places].tolist(), lines[places].tolist(), stated)
        for row in self._survey.files:
            self._imply(row)

    def _changed(self, reference: int, relations: list[Relation]) -> list[Relation]:
        relations = self._run(relations, reference)
        if reference in self._outcome.by_reference:
            return self._followed(self._making(relations, reference), reference)
        if reference in self._outcome.lost:
            return [relation for relation in relations if not _is_asserted_call(relation)]
        if reference not in self._outcome.settled:
            return relations
        return [each for each in relations if each[0] != _CALLS and each[2] not in MAKING]

    def _read_otherwise(self) -> dict[int, _Entered]:
        """Scope and line → the accessors that reads there are said to run, where one that is stated may not be run at all."""
        found, overridden = dict[int, _Entered](), self._outcome.overridden
        below = {target for method, targets in overridden.items() if self._is_accessor(method) for target in targets}
        for row in self._survey.files:
            is_ecma = row.family.name == "ecma"
            for scope, line, targets, reason in self._outcome.implied.get(row.base, ()):
                if self._is_accessor(targets[0]) and (is_ecma or not below.isdisjoint(targets)):
                    entered, names = found.setdefault(scope << 32 | line, (set(), set()))
                    entered.update(targets if reason < _BOUNDED else ())
                    names.add(self._survey.name[targets[0]])
        return found

    def _is_accessor(self, target: int) -> bool:
        return target < OUTER and bool(self._survey.flags[target] & ACCESSOR)

    def _run(self, relations: list[Relation], reference: int) -> list[Relation]:
        """The same without accessors that are only declared where others are read in their place."""
        survey = self._survey
        entered, names = self._read.get(survey.reference_scope[reference] << 32 | survey.reference_line[reference], (set(), set()))
        overridden, declared = self._outcome.overridden, list[int]()
        for kind, target, reason in relations if names else ():
            is_stated = kind == _READS and reason < _BOUNDED and target not in entered and self._is_accessor(target)
            if is_stated and survey.name[target] in names and (target in overridden or self._is_never_entered(target)):
                declared.append(target)
        if not declared:
            return relations
        beside = [(_READS, self._beside(target, entered), Reason.ABSTRACT) for target in declared if target in overridden]
        return [each for each in relations if each[0] != _READS or each[1] not in declared] + beside

    def _making(self, relations: list[Relation], reference: int) -> list[Relation]:
        """The same with the classes of which the flow says that instances are made there."""
        made = self._outcome.makes.get(reference, ())
        if reference not in self._outcome.full and any(each[2] in MAKING for each in relations):
            relations = [each for each in relations if each[2] not in MAKING or each[1] in made]
        if not made:
            return relations
        stated = [target for kind, target, _ in relations if kind == _READS]
        return relations + [(_READS, cls, Reason.MADE_OF_VALUE) for cls in made if cls not in stated]

    def _followed(self, relations: list[Relation], reference: int) -> list[Relation]:
        """The same with what the flow of values says: it replaces what it does not confirm, but for a method of the receiver's own
        class and a declared type, which hold for callers that are not in the project.
        """
        candidates = self._outcome.candidates.get(reference)
        if candidates is not None and reference not in self._outcome.full:
            name = self._survey.name[candidates[0]]
            return [*self._asserted(relations, reference), (_CALLS, self._sink.candidates(name, candidates), Reason.BOUNDED)]
        return self._asserted(relations, reference)

    def _asserted(self, relations: list[Relation], reference: int) -> list[Relation]:
        targets = self._outcome.by_reference[reference]
        declared = self._declared(relations, reference)
        if declared:
            relations = [relation for relation in relations if relation[0] != _CALLS or relation[1] not in declared]
            relations += [(_CALLS, self._beside(method, targets), Reason.ABSTRACT) for method in declared]
        found = [relation for relation in relations if relation[0] != _CALLS or relation[2] == Reason.ABSTRACT]
        known = {target: reason for kind, target, reason in relations if kind == _CALLS and reason < _BOUNDED}
        if reference in self._outcome.full:
            if known or not targets:
                return relations
            name = self._survey.strings[self._chain(reference).rpartition(".")[2]]
            return [*found, (_CALLS, self._sink.candidates(name, self._outcome.candidates.get(reference, targets)), Reason.BOUNDED)]
        if known and self._names_all(known, targets):
            return relations
        for target, reason in known.items():
            if target not in targets and self._stays(reference, target, reason):
                found.append((_CALLS, target, reason))
        reason = Reason.BELOW if reference in self._outcome.typed else Reason.FLOW
        beyond = dict.fromkeys(self._outcome.inherited.get(reference, ()), Reason.HIERARCHY)
        return found + [(_CALLS, target, known.get(target, beyond.get(target, reason))) for target in targets]

    def _declared(self, relations: list[Relation], reference: int) -> list[int]:
        """The abstract methods that a place is said to call, and that the flow says not to be entered there, ascending."""
        overridden, declared = self._outcome.overridden, self._outcome.declared.get(reference, ())
        named = [target for kind, target, reason in relations if target in overridden and kind == _CALLS and reason < _BOUNDED]
        return sorted({*declared, *named}.difference(self._outcome.by_reference[reference])) if named else list(declared)

    def _beside(self, method: int, targets: Iterable[int]) -> int:
        """The candidates at a place that calls an abstract method by the class of its receiver: it, and those that say below what
        it does, but for what is surely entered.
        """
        others = {method, *self._outcome.overridden[method]}.difference(targets)
        return self._sink.candidates(self._survey.name[method], tuple(sorted(others)))

    def _stays(self, reference: int, target: int, reason: int) -> bool:
        """Whether a call holds that the flow does not confirm."""
        if reason == Reason.RECEIVER:
            stays = not self._chain(reference).endswith(("__class__", "<class>"))
        else:
            stays = reason == Reason.DECLARED
        return stays and not self._is_never_entered(target)

    def _chain(self, reference: int) -> str:
        return self._survey.chains.texts[self._survey.reference_chain[reference]]

    def _names_all(self, known: Iterable[int], targets: Sequence[int]) -> bool:
        """Whether a set of candidates that is known already holds everything that flows there."""
        return any(target >= SET and self._members_of(target & _LOW).issuperset(targets) for target in known)

    def _members_of(self, number: int) -> frozenset[int]:
        members = self._members.get(number)
        if members is None:
            members = self._members[number] = frozenset(self._sink.set_members[number])
        return members

    def _is_never_entered(self, target: int) -> bool:
        """Whether what is called instead is known: a method without a body, or of a class of ECMAScript that no importer sees and
        of which the project makes no instance.
        """
        survey = self._survey
        if target >= OUTER:
            return False
        row = self._evaluator.row_of(target)
        if row.family.name != "ecma":
            return False
        if survey.flags[target] & DECLARATION:
            return True
        owner = survey.lexical_parent[target]
        return bool(IS_TYPE[survey.kind[owner]]) and owner not in self._outcome.made and not survey.flags[owner] & _EXPORTED

    def _imply(self, row: FileRow) -> None:
        for scope, line, targets, reason in self._outcome.implied.get(row.base, ()):
            several = (self._sink.candidates(self._survey.name[targets[0]], targets),) if reason >= Reason.BOUNDED else targets
            kind = _READS if reason in _READING or self._is_accessor(targets[0]) else _CALLS
            self._sink.add((scope,), (line,), ([(kind, target, reason) for target in several],))


def _confirmed(references: NDArray[np.uint32], outcome: Outcome, kept: Kept) -> NDArray[np.bool_]:
    """The references that state one call and nothing else, and of which the flow says the same: most of those that it speaks of."""
    single = [
        (reference, targets[0])
        for reference, targets in outcome.by_reference.items()
        if len(targets) == 1 and reference not in outcome.candidates
    ]
    found = np.zeros(len(references), dtype=np.bool_)
    if single:
        columns = np.array(single, dtype=np.uint64)
        places = np.searchsorted(references, columns[:, 0].astype(np.uint32))
        found[places] = kept.call_alone(places, columns[:, 1])
    return found


def _references(files: Iterable[FileRow]) -> NDArray[np.uint32]:
    """Those of the files with code for the flow, in order."""
    parts = [np.arange(row.references.start, row.references.stop, dtype=np.uint32) for row in files if row.has_values]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.uint32)


def _is_asserted_call(relation: Relation) -> bool:
    kind, _, reason = relation
    return kind == _CALLS and reason < Reason.BOUNDED and reason != Reason.DECLARED
