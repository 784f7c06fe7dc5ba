"""Operators that a type may define, as calls: `a + b` names `operator+` of what `a` is. What the operand is, linking finds; an
operator of a type that the project does not define is nothing. So are loops and what closes, by the names of what they call in
turn: `for (x : a)` names `iterator` of `a`, and `hasNext` and `next` of what that gives.

Operands of a literal or of a declared type that is built in are left out: most are.
"""

from bisect import bisect_right
from itertools import takewhile

from tree_sitter import Node

from lepasserelle.model import FlowKind, Role
from lepasserelle.model.facts import ALONE, BEHIND, OPERATED
from lepasserelle.parse.captures import Buckets
from lepasserelle.parse.chains import Chains, root_of
from lepasserelle.parse.draft import Draft
from lepasserelle.parse.flows import DraftFlow
from lepasserelle.parse.scopes import Scopes
from lepasserelle.parse.spec import LanguageSpec

_TYPING = frozenset({int(FlowKind.PARAMETER), int(FlowKind.DECLARE)})
_CALL, _READ, _WRITE = int(Role.CALL), int(Role.READ), int(Role.WRITE)
_ROLES = {
    "operation": (_CALL, OPERATED),
    "operation.behind": (_CALL, BEHIND),
    "operation.alone": (_CALL, ALONE),
    "operation.read": (_READ, -1),
    "operation.set": (_CALL, OPERATED),
    "operation.write": (_WRITE, -1),
}
"""Role of a pattern → role of the reference and its arity; of one operator's patterns the last decides."""

_SUFFIXES = {"operation.set": "=", "operation.alone": "_"}
"""Behind an operator whose name may be another there."""

Operation = tuple[int, int, int, Draft, str, int]
"""First byte of the operand, end of the operator, role, scope, chain, arity."""


def collect(spec: LanguageSpec, buckets: Buckets, data: bytes, scopes: Scopes, flows: list[DraftFlow]) -> list[Operation]:
    """The operations of a file, in no order."""
    chains = Chains(spec, data)  # of its own: what it follows is used up for nobody else
    plain = {(id(scope), target) for _, kind, scope, target, source in flows if kind in _TYPING and source in spec.plain_types}
    positions, owners = scopes.code.positions, scopes.code.owners
    for node in buckets.nodes("operation.never"):
        plain.add((id(scopes.function_at(node.start_byte)), chains.name(node)))
    found: dict[tuple[int, int, bool, int], Operation] = {}
    for word, (role, arity) in _ROLES.items():
        for captured in buckets.by_role[word]:
            sign, operand = captured[word][0], captured["operand"][0]
            end = _words(sign)[-1].end_byte
            names = _names(spec, sign, data, _SUFFIXES.get(word, ""))
            chain = chains.chain(operand) if names else "?"
            scope = owners[bisect_right(positions, operand.start_byte) - 1]
            is_seen = not spec.operands_are_local or chain in scope.bound
            if _may_be_defined(chain) and is_seen and (id(scope), chain) not in plain:
                for number, name in enumerate(names):
                    key = (sign.start_byte, operand.start_byte, word == "operation.behind", number)
                    found[key] = (operand.start_byte, end, role, scope, f"{chain}.{name}", arity)
    return list(found.values())


def _may_be_defined(chain: str) -> bool:
    root = root_of(chain)
    return chain != "?" and root != "?" and (root[:1] != "<" or root == "<self>")


def _words(sign: Node) -> list[Node]:
    """A sign, or the words that a statement begins with (`await using`)."""
    if not sign.child_count:
        return [sign]
    return list(takewhile(lambda child: not child.is_named and child.type.isalpha(), sign.children)) or [sign]


def _names(spec: LanguageSpec, sign: Node, data: bytes, suffix: str) -> list[str]:
    """The names under which a type defines an operator, as chains have them; none where no type can."""
    words = [data[word.start_byte : word.end_byte] for word in _words(sign)]
    text = b" ".join(words).decode("utf-8", "replace")
    written = spec.operations.get(text + suffix) or spec.operations.get(text, text if spec.operators_by_text else "")
    return [name if name.replace("().", "").isidentifier() else f"`{name}`" for name in written.split()]
