"""Places that name something: calls, reads and writes, each once, with what is local to its function left out.

Of the expressions that begin at one byte only the widest read is a read; what lies below it is its receiver.
"""

import re
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from operator import itemgetter

from tree_sitter import Node

from lepasserelle.model import NodeKind, Role
from lepasserelle.model.calling import LISTED
from lepasserelle.model.facts import DELETED, MADE
from lepasserelle.parse.argument_chains import BREAK, chains_of_arguments, narrowed_names
from lepasserelle.parse.blocks import Blocks
from lepasserelle.parse.captures import Buckets, Captured
from lepasserelle.parse.chains import REMEMBERED, Chains, root_of, shorten
from lepasserelle.parse.draft import Draft
from lepasserelle.parse.flows import DraftFlow, Flows, Target
from lepasserelle.parse.parameters import given_by
from lepasserelle.parse.regions import Holes
from lepasserelle.parse.scopes import Scopes
from lepasserelle.parse.spec import LanguageSpec

_SPACE = re.compile(rb"\s*")


DraftReference = tuple[int, int, int, Draft, str, int]
"""A reference whose scope is still a draft: first byte, end of its last name, role, scope, chain, arity. A plain tuple, because
there are more of them than of everything else together."""

SpanOfCall = tuple[int, int, bool, int, Node, Captured]
"""First byte of the callee; where its last name ends, negative (a call that holds its method itself goes on behind it); whether it
has no arguments; number; callee; the match. Sorts by the first four, wider ones first."""

_CALL, _READ, _WRITE = int(Role.CALL), int(Role.READ), int(Role.WRITE)


class References:
    """Collects the references of one file."""

    def __init__(self, spec: LanguageSpec, chains: Chains, scopes: Scopes, data: bytes, blocks: Blocks, flows: Flows) -> None:
        self._spec = spec
        self._chains = chains
        self._scopes = scopes
        self._receivers = scopes.receivers
        self._data = data
        self._blocks = blocks
        self._renamed = blocks.names
        self._converts = spec.type_bounds and not spec.overloads
        """A call of a type parameter converts (Go); where there are overloads it makes an instance (Swift)."""
        self._given_arguments = flows.arguments if spec.function_values else None
        self.moves: list[DraftFlow] = []
        """Arguments that may be functions."""
        self._hidden_types: dict[str, list[Draft]] = {}
        self._ignored = Holes([])
        self.found: list[DraftReference] = []
        self.given: dict[tuple[int, int], int] = {}
        """First byte and end of a call's callee → what it gives beside its list of arguments, in languages with overloads."""
        self.lists: dict[str, int] = {}
        """Lists of arguments, each with its number, from 1 on."""
        self._values = flows.values
        self._narrowed = narrowed_names(spec, data) if spec.typed_arguments else frozenset()
        self._comments: list[int] = []
        self._hollow = {text[:-2] for text in spec.receivers if text.endswith("()") and text[0] != "<"}
        """Callees whose call only names a receiver (`super` of `super()`)."""

    def collect(
        self, buckets: Buckets, targets: list[Target], names: set[int], operations: Iterable[DraftReference] = ()
    ) -> list[DraftReference]:
        """All references in source order. `names` are the start bytes of the names of definitions."""
        consumed = self._chains.consumed
        consumed.update(names)
        for role in ("skip", "parameter.none"):
            consumed.update([node.start_byte for node in buckets.nodes(role)])
        self._comments = sorted([node.start_byte for node in buckets.nodes("comment")])
        ignored = [(node.start_byte, node.end_byte) for role in ("ignore", "tokens") for node in buckets.nodes(role)]
        self._ignored = Holes(ignored)
        spans = [(node.start_byte, node.end_byte) for role in ("skip.all", "import") for node in buckets.nodes(role)]
        skipped = Holes(spans + ignored)
        for node in buckets.nodes("type.parameter"):
            self._hidden_types.setdefault(self._chains.name(node), []).append(self._scopes.definition_at(node.start_byte))
        self._writes(buckets, targets, names)
        written = {reference[0] for reference in self.found}
        written.update([target[0] for target in targets])
        settable = targets if self._spec.methods or self._spec.continued else []
        callees = self._calls(buckets, {(start, end) for start, end, *_ in settable})
        self._reads(buckets, callees, written, skipped)
        self._names(buckets, callees, skipped)
        self._tokens(buckets)
        for operation in operations:
            self._keep(*operation)
        self.found.sort(key=itemgetter(0, 1))
        return self.found

    def _writes(self, buckets: Buckets, targets: list[Target], names: set[int]) -> None:
        for position, end, chain, scope, silent in targets:
            if self._renamed and chain in self._renamed:
                chain = self._blocks.renamed(chain, scope, position)
            if silent or position in names or (_SHAPES[chain][0] in scope.bound and scope.callable):
                continue
            self._keep(position, end, _WRITE, scope, chain)
        for node in buckets.nodes("write"):
            self._write(node, _WRITE)
        for node in buckets.nodes("update"):
            self._write(node, _READ)
            self._write(node, _WRITE)

    def _write(self, node: Node, role: int) -> None:
        chain = self._chains.chain(node)
        start = node.start_byte
        self._keep(start, node.end_byte, role, self._scopes.code_at(start), chain)

    def _calls(self, buckets: Buckets, targets: set[tuple[int, int]]) -> dict[int, int]:
        spans = _spans_of_calls(buckets.by_role["call"], targets)
        spans.sort()
        widest: dict[int, int] = {}
        piped = {_after_space(self._data, node.end_byte) for node in buckets.nodes("piped")}
        uncalled = {node.start_byte for node in buckets.nodes("uncalled")}
        applied = Counter([node.start_byte for node in buckets.nodes("applied")])
        last_start, last_end = -1, 0
        ignored = self._ignored or ()
        begin, stop, scope = -1, -1, self._scopes.module
        lambdas = self._chains.lambdas
        stretch = self._scopes.code.stretch
        chain_of, continued, overloads = self._chains.chain, self._spec.continued, self._spec.overloads
        given, uncallable = self._given_arguments, self._spec.uncalled
        comments, next_comment = iter([*self._comments, sys.maxsize]), -1
        for start, end, _, _, callee, captured in spans:
            if start == last_start:
                if end == last_end:
                    continue
            else:
                widest[start] = -end
            last_start, last_end = start, end
            if (ignored and start in ignored) or (uncallable and callee.type in uncallable):
                continue
            if continued and self._chains.continues(captured["call"][0], callee):
                continue
            chain = chain_of(callee)
            if "callee" not in captured:
                chain = chain.removesuffix("()")
            if chain == "<self>":
                chain = self._spec.receivers.get("<self>()", chain)
            while next_comment < start:
                next_comment = next(comments)
            role = _READ if start in uncalled else _CALL
            arity = -1 if start in uncalled else self._count(start, captured, piped, applied, next_comment)
            if not begin <= start < stop:
                begin, stop, scope = stretch(start)
            if overloads:
                chain = _made(captured["call"][0], lambdas, chain)
                self.given[start, -end] = self._gives(captured, arity, scope)
            is_own = chain == scope.name and scope.start == start and scope.kind is NodeKind.LAMBDA
            caller = (scope.parent or scope) if is_own else scope  # `{ … }()` of Swift: who calls it is around it
            self._keep(start, -end, role, caller, chain, arity)
            if given is not None and arity > 0 and chain[-1:] not in "?)]>":
                self.moves += given(chain, caller, captured["arguments"][0].named_children)
        return widest

    def _gives(self, captured: Captured, arity: int, scope: Draft) -> int:
        """What a call gives beside the number of its arguments, and which list of them it is."""
        given, arguments = given_by(self._spec, self._data, captured, arity), captured.get("arguments")
        if not (arguments and arity > 0 and self._spec.typed_arguments):
            return given
        chains = chains_of_arguments(self._spec, self._values, self._data, arguments[0], self._narrowed)
        if not chains:
            return given
        if self._renamed:
            chains = [self._blocks.renamed(chain, scope, arguments[0].start_byte) for chain in chains]
        text = BREAK.join([self._scopes.received(chain, scope) for chain in chains])
        return given | self.lists.setdefault(text, len(self.lists) + 1) << LISTED

    def _count(self, start: int, captured: Captured, piped: set[int], applied: Counter[int], comment: int) -> int:
        """The arity of a call. `comment`: where the first one behind its begin begins."""
        if "declared" in captured or "deleted" in captured:
            return MADE if "declared" in captured else DELETED
        arguments = captured.get("arguments")
        return self._arity(arguments[0], comment) if arguments else self._given(start, captured, piped, applied)

    def _given(self, start: int, captured: Captured, piped: set[int], applied: Counter[int]) -> int:
        """Arguments that a call without `@arguments` is given, by its applications or the rule of the spec."""
        if start in applied:
            return applied[start]
        if self._spec.arity is None or "call" not in captured:
            return -1
        arity = self._spec.arity(captured["call"][0])
        return arity + 1 if arity >= 0 and start in piped else arity

    def _arity(self, arguments: Node, comment: int) -> int:
        count = arguments.named_child_count
        mark = self._spec.spread_mark
        if count == 0:
            return count
        if mark:
            start, end = arguments.start_byte, arguments.end_byte
            if self._data.find(mark, start, end) < 0 and (comment >= end or not self._holds_comment(start, end)):
                return count
        spread = self._spec.spread
        arity = 0
        for child in arguments.named_children:
            if child.is_extra:
                continue
            inner = child.named_child(0) if spread and child.type in self._spec.transparent and child.named_child_count else None
            if child.type in spread or (inner is not None and inner.type in spread):
                return -1
            arity += 1
        return arity

    def _holds_comment(self, start: int, end: int) -> bool:
        comments = self._comments
        if not comments or comments[-1] < start:
            return False
        index = bisect_right(comments, start)
        return index < len(comments) and comments[index] < end

    def _reads(self, buckets: Buckets, callees: dict[int, int], written: set[int], skipped: "Holes") -> None:
        widest: dict[int, tuple[int, Node]] = {}
        for node in buckets.nodes("read"):
            start, end = node.start_byte, node.end_byte
            if callees.get(start, -1) < end and ((held := widest.get(start)) is None or held[0] < end):
                widest[start] = (end, node)
        consumed, chain_of = self._chains.consumed, self._chains.chain
        begin, stop, scope = -1, -1, self._scopes.module
        last = skipped.end
        for start, (end, node) in sorted(widest.items()):
            if (start in consumed and (start in written or start not in callees)) or (start < last and start in skipped):
                continue
            if not begin <= start < stop:
                begin, stop, scope = self._scopes.code.stretch(start)
            self._keep(start, end, _READ, scope, chain_of(node))

    def _tokens(self, buckets: Buckets) -> None:
        if self._spec.tokens is None:
            return
        for node in buckets.nodes("tokens"):
            for token in self._spec.tokens(node, self._data):
                role = _CALL if token.is_call else _READ
                scope = self._scopes.code_at(token.start)
                self._keep(token.start, token.end, role, scope, shorten(token.chain), token.arity)

    def _names(self, buckets: Buckets, callees: dict[int, int], skipped: "Holes") -> None:
        consumed, data = self._chains.consumed, self._data
        begin, stop, scope = -1, -1, self._scopes.module
        hidden = self._hidden_types
        last = skipped.end
        for node in buckets.nodes("identifier"):
            start = node.start_byte
            if start in consumed or start in callees:
                continue
            end = node.end_byte
            name = data[start:end].decode("utf-8", "replace")
            if not begin <= start < stop:
                begin, stop, scope = self._scopes.code.stretch(start)
            if self._renamed and name in self._renamed:
                name = self._blocks.renamed(name, scope, start)
            if name in scope.bound and scope.callable:
                continue
            if (start < last and start in skipped) or (name in hidden and self._is_type_parameter(name, start)):
                continue
            self._keep(start, end, _READ, scope, self._chains.chain(node))

    def _is_type_parameter(self, name: str, position: int) -> bool:
        """Whether a definition around the byte has a type parameter of that name."""
        owners = self._hidden_types[name]
        draft: Draft | None = self._scopes.definition_at(position)
        while draft is not None:
            if draft in owners:
                return True
            draft = draft.parent
        return False

    def _keep(self, start: int, end: int, role: int, scope: Draft, chain: str, arity: int = -1) -> None:
        if self._renamed:
            chain = self._blocks.renamed(chain, scope, start)
        root, is_call_only, is_nothing, whole_root = _SHAPES[chain]
        if is_nothing:
            return
        if role == _CALL:
            if chain in self._hollow or (self._converts and root in self._hidden_types and self._is_type_parameter(root, start)):
                return
        elif is_call_only or (root in scope.bound and scope.callable):
            return
        if whole_root in self._receivers:
            meaning = self._scopes.meaning(whole_root, scope)
            if meaning:
                chain = meaning + chain[len(whole_root) :]
        self.found.append((start, end, role, scope, chain, arity))


Shape = tuple[str, bool, bool, str]
"""Of a chain: the name that, bound in a function, makes it local (empty for members), whether it names something only as a callee,
whether it names nothing at all, its root.
"""


class _Shapes(dict[str, Shape]):
    """Chain → its shape, the same in every file: found on the first look, and all forgotten when they are too many."""

    def __missing__(self, chain: str) -> Shape:
        if len(self) >= REMEMBERED:
            self.clear()
        root = root_of(chain)
        member = "." in chain
        is_call_only = not member and (chain[:1] == "?" or (chain[:1] == "<" and root == chain))
        found = self[chain] = "" if member else root, is_call_only, chain in ("", "?"), root
        return found


_SHAPES = _Shapes()


def _spans_of_calls(calls: list[Captured], targets: set[tuple[int, int]]) -> list[SpanOfCall]:
    """Where the callees of calls stand; those that are assigned to are left out."""
    spans: list[SpanOfCall] = []
    for captured in calls:
        if targets and (captured["call"][0].start_byte, captured["call"][0].end_byte) in targets:
            continue
        callee = (captured["callee"] if "callee" in captured else captured["call"])[0]
        end = (captured["method"][0] if "method" in captured else callee).end_byte
        spans.append((callee.start_byte, -end, "arguments" not in captured, len(spans), callee, captured))
    return spans


def _made(call: Node, unnamed: dict[tuple[int, int], str], chain: str) -> str:
    """The type without a name that a call makes an instance of (`new Runnable() {…}`), else what it calls."""
    return unnamed.get((call.start_byte, call.end_byte), chain)


def _after_space(data: bytes, position: int) -> int:
    """First byte after the white space that begins at a position."""
    found = _SPACE.match(data, position)
    return found.end() if found else position
