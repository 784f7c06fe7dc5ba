"""Places that name something: calls, reads and writes, each once, with what is local to its function left out.

Of the expressions that begin at one byte only the widest read is a read; what lies below it is its receiver.
"""

import re
from bisect import bisect_right
from collections import Counter
from functools import lru_cache
from operator import itemgetter

from tree_sitter import Node

from lepasserelle.model import Role
from lepasserelle.parse.captures import Buckets, Captured
from lepasserelle.parse.chains import Chains, root_of, shorten
from lepasserelle.parse.draft import Draft
from lepasserelle.parse.flows import Target
from lepasserelle.parse.regions import Holes
from lepasserelle.parse.scopes import Scopes
from lepasserelle.parse.spec import LanguageSpec

_SPACE = re.compile(rb"\s*")


DraftReference = tuple[int, int, int, Draft, str, int]
"""A reference whose scope is still a draft: first byte, end of its last name, role, scope, chain, arity. A plain tuple, because
there are more of them than of everything else together."""

_CALL, _READ, _WRITE = int(Role.CALL), int(Role.READ), int(Role.WRITE)


class References:
    """Collects the references of one file."""

    def __init__(self, spec: LanguageSpec, chains: Chains, scopes: Scopes, data: bytes) -> None:
        self._spec = spec
        self._chains = chains
        self._scopes = scopes
        self._data = data
        self._hidden_types: dict[str, list[Draft]] = {}
        self._ignored = Holes([])
        self.found: list[DraftReference] = []
        self._comments: list[int] = []
        self._hollow = {text[:-2] for text in spec.receivers if text.endswith("()") and text[0] != "<"}
        """Callees whose call only names a receiver (`super` of `super()`)."""

    def collect(self, buckets: Buckets, targets: list[Target], names: set[int]) -> list[DraftReference]:
        """All references in source order. `names` are the start bytes of the names of definitions."""
        consumed = self._chains.consumed
        consumed.update(names)
        for role in ("skip", "parameter.none"):
            consumed.update(node.start_byte for node in buckets.nodes(role))
        self._comments = sorted(node.start_byte for node in buckets.nodes("comment"))
        ignored = [(node.start_byte, node.end_byte) for role in ("ignore", "tokens") for node in buckets.nodes(role)]
        self._ignored = Holes(ignored)
        spans = [(node.start_byte, node.end_byte) for role in ("skip.all", "import") for node in buckets.nodes(role)]
        skipped = Holes(spans + ignored)
        for node in buckets.nodes("type.parameter"):
            self._hidden_types.setdefault(self._chains.name(node), []).append(self._scopes.definition_at(node.start_byte))
        for target in targets:
            if target.position not in names and not target.silent:
                self._keep(target.position, target.end, _WRITE, target.scope, target.chain)
        for node in buckets.nodes("write"):
            self._write(node, _WRITE)
        for node in buckets.nodes("update"):
            self._write(node, _READ)
            self._write(node, _WRITE)
        written = {reference[0] for reference in self.found}
        written.update(target.position for target in targets)
        settable = targets if self._spec.methods or self._spec.continued else []
        callees = self._calls(buckets, {(target.position, target.end) for target in settable})
        self._reads(buckets, callees, written, skipped)
        self._names(buckets, callees, skipped)
        self._tokens(buckets)
        self.found.sort(key=itemgetter(0, 1))
        return self.found

    def _write(self, node: Node, role: int) -> None:
        chain = self._chains.chain(node)
        start = node.start_byte
        self._keep(start, node.end_byte, role, self._scopes.code_at(start), chain)

    def _calls(self, buckets: Buckets, targets: set[tuple[int, int]]) -> dict[int, int]:
        calls = [
            (captured.get("callee", captured["call"])[0], captured)
            for captured in buckets.by_role["call"]
            if not targets or (captured["call"][0].start_byte, captured["call"][0].end_byte) not in targets
        ]
        spans = [
            (callee.start_byte, -_name_end(callee, captured), "arguments" not in captured, index)
            for index, (callee, captured) in enumerate(calls)
        ]
        spans.sort()
        widest: dict[int, int] = {}
        piped = {_after_space(self._data, node.end_byte) for node in buckets.nodes("piped")}
        uncalled = {node.start_byte for node in buckets.nodes("uncalled")}
        applied = Counter(node.start_byte for node in buckets.nodes("applied"))
        last = None
        ignoring = bool(self._ignored)
        for start, end, _, index in spans:
            widest.setdefault(start, -end)
            if last == (start, end):
                continue
            last = (start, end)
            if ignoring and start in self._ignored:
                continue
            callee, captured = calls[index]
            if self._spec.continued and self._chains.continues(captured["call"][0], callee):
                continue
            chain = self._chains.chain(callee) if "callee" in captured else self._chains.chain(callee).removesuffix("()")
            if chain == "<self>":
                chain = self._spec.receivers.get("<self>()", chain)
            role, arity = (_READ, -1) if start in uncalled else (_CALL, self._given(start, captured, piped, applied))
            self._keep(start, -end, role, self._scopes.code_at(start), chain, arity)
        return widest

    def _given(self, start: int, captured: Captured, piped: set[int], applied: Counter[int]) -> int:
        """Arguments that a call is given, by its `@arguments`, its applications or the rule of the spec."""
        arguments = captured.get("arguments")
        if arguments:
            return self._arity(arguments[0])
        if start in applied:
            return applied[start]
        if self._spec.arity is None or "call" not in captured:
            return -1
        arity = self._spec.arity(captured["call"][0])
        return arity + 1 if arity >= 0 and start in piped else arity

    def _arity(self, arguments: Node) -> int:
        count = arguments.named_child_count
        mark = self._spec.spread_mark
        if count == 0 or (mark and self._is_simple(arguments, mark)):
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

    def _is_simple(self, arguments: Node, mark: bytes) -> bool:
        """Whether nothing is starred and no comment stands between the arguments."""
        start, end = arguments.start_byte, arguments.end_byte
        if self._data.find(mark, start, end) >= 0:
            return False
        index = bisect_right(self._comments, start)
        return index == len(self._comments) or self._comments[index] >= end

    def _reads(self, buckets: Buckets, callees: dict[int, int], written: set[int], skipped: "Holes") -> None:
        widest: dict[int, tuple[int, Node]] = {}
        for captured in buckets.by_role["read"]:
            node = captured["read"][0]
            start, end = node.start_byte, node.end_byte
            held = widest.get(start)
            if held is None or held[0] < end:
                widest[start] = (end, node)
        consumed = self._chains.consumed
        for start in sorted(widest):
            end, node = widest[start]
            if start in consumed and (start in written or callees.get(start, -1) >= end or start not in callees):
                continue
            if callees.get(start, -1) >= end or start in skipped:
                continue
            self._keep(start, end, _READ, self._scopes.code_at(start), self._chains.chain(node))

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
        code_at, hidden = self._scopes.code_at, self._hidden_types
        for captured in buckets.by_role["identifier"]:
            for node in captured["identifier"]:
                start = node.start_byte
                if start in consumed or start in callees:
                    continue
                end = node.end_byte
                name = data[start:end].decode("utf-8", "replace")
                scope = code_at(start)
                if name in scope.bound and scope.callable:
                    continue
                if start in skipped or (name in hidden and self._is_type_parameter(name, start)):
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
        root, is_call_only, is_nothing = _shape(chain)
        if is_nothing:
            return
        if role == _CALL:
            if chain in self._hollow:
                return
        elif is_call_only or (root in scope.bound and scope.callable):
            return
        self.found.append((start, end, role, scope, self._scopes.received(chain, scope), arity))


@lru_cache(maxsize=16_384)
def _shape(chain: str) -> tuple[str, bool, bool]:
    """Of a chain: the name that, bound in a function, makes it local (empty for members), whether it names something only as
    a callee, whether it names nothing at all.
    """
    root = root_of(chain)
    member = "." in chain
    is_call_only = not member and (chain[:1] == "?" or (chain[:1] == "<" and root == chain))
    return "" if member else root, is_call_only, chain in ("", "?")


def _name_end(callee: Node, captured: Captured) -> int:
    """Where the last name of a callee ends; a call that holds its method itself goes on behind it."""
    method = captured.get("method")
    return method[0].end_byte if method else callee.end_byte


def _after_space(data: bytes, position: int) -> int:
    """First byte after the white space that begins at a position."""
    found = _SPACE.match(data, position)
    return found.end() if found else position
