"""Operators that a type may define, as calls: `a + b` names `operator+` of what `a` is. What the operand is, linking finds; an
operator of a type that the project does not define is nothing.

Operands of a literal or of a declared type that is built in are left out: most are.
"""

from bisect import bisect_right

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
    found: dict[tuple[int, bool], Operation] = {}
    for word, (role, arity) in _ROLES.items():
        for captured in buckets.by_role[word]:
            sign, operand = captured[word][0], captured["operand"][0]
            name = _name(spec, sign, data, _SUFFIXES.get(word, ""))
            chain = chains.chain(operand) if name else "?"
            scope = owners[bisect_right(positions, operand.start_byte) - 1]
            is_seen = not spec.operands_are_local or chain in scope.bound
            if _may_be_defined(chain) and is_seen and (id(scope), chain) not in plain:
                key = (sign.start_byte, word == "operation.behind")
                found[key] = (operand.start_byte, sign.end_byte, role, scope, f"{chain}.{name}", arity)
    return list(found.values())


def _may_be_defined(chain: str) -> bool:
    root = root_of(chain)
    return chain != "?" and root != "?" and (root[:1] != "<" or root == "<self>")


def _name(spec: LanguageSpec, sign: Node, data: bytes, suffix: str) -> str:
    """The name under which a type defines an operator, as a chain has it; empty where no type can."""
    text = data[sign.start_byte : sign.end_byte].decode("utf-8", "replace")
    written = spec.operations.get(text + suffix) or spec.operations.get(text, text if spec.operators_by_text else "")
    return written if written.isidentifier() or not written else f"`{written}`"
