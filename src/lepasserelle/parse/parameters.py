"""What definitions take and what calls give, in languages that tell definitions of one name apart by it.

Not here: which definition a call enters; that needs other files.
"""

import re
from typing import Final

from tree_sitter import Node

from lepasserelle.model import NodeKind
from lepasserelle.model.calling import (
    ANY_NUMBER,
    COUNTED,
    EXTENDS,
    GIVES_OTHERWISE,
    MAKES,
    MOST_COUNTED,
    TRAILING,
    label_bit,
    labels_of,
    otherwise,
    takes,
)
from lepasserelle.parse.argument_kinds import kinds_of_arguments, kinds_of_parameters, own_types
from lepasserelle.parse.captures import Buckets, Captured
from lepasserelle.parse.draft import IS_CALLABLE, IS_TYPE, Draft
from lepasserelle.parse.scopes import Scopes
from lepasserelle.parse.spec import LanguageSpec

_OTHERWISE: Final = {
    "java": re.compile(rb"\w\s*\[[\s\[\]]*\]\s*$"),
    "kotlin": re.compile(rb"\?\s*(?:=|$)"),
    "swift": re.compile(rb"[?!]\s*(?:=|$)|\binout\b"),
    "c_sharp": re.compile(
        rb"^(?:\[[^\]]*\]\s*)*(?:this\s+|scoped\s+)*(?:ref|out|in)\s|(?<!\bobject)\?\s+\w+\s*(?:=|$)|\b(?:Value)?Task\s*<"
    ),
}
"""By language: parameters that take something else than the type that is written for them."""
_GIVEN_OTHERWISE: Final = {
    "java": re.compile(rb"\)\s*\["),
    "kotlin": re.compile(rb"\)\s*:[^=\n]*\?\s*(?:[={\n]|$)"),
    "swift": re.compile(rb"->[^{\n]*[?!]\s*(?:[{\n]|where\b|$)"),
    "c_sharp": re.compile(rb"\b(?:Value)?Task\s*<|\?\s+[\w.]+\s*(?:<[^()]*>)?\s*\("),
}
"""The same of what functions give, in their heads."""


def count(spec: LanguageSpec, buckets: Buckets, data: bytes, scopes: Scopes, drafts: list[Draft]) -> None:
    """Tell each function, and each type with parameters of its own, what it takes."""
    optional = {node.start_byte for node in buckets.nodes("takes.optional")}
    rest = {node.start_byte for node in buckets.nodes("takes.rest")}
    found: dict[int, list[Node]] = {}
    owners: dict[int, Draft] = {}
    for node in {node.start_byte: node for node in buckets.nodes("takes")}.values():
        owner = _owner(scopes, node)
        if owner is not None:
            owners[id(owner)] = owner
            found.setdefault(id(owner), []).append(node)
    for draft in drafts:
        if IS_CALLABLE[draft.kind]:
            owners.setdefault(id(draft), draft)
    types = own_types(spec, {draft.name for draft in drafts if IS_TYPE[draft.kind]})
    for key, owner in owners.items():
        nodes = sorted(found.get(key, ()), key=lambda node: node.start_byte)
        if owner.receiver_given and nodes:
            nodes = nodes[1:]
            owner.calling |= EXTENDS
        if not _is_curried(spec, nodes):
            owner.calling |= _taken(spec, data, nodes, optional, rest) | kinds_of_parameters(spec, data, nodes, rest, types)
        owner.calling |= _written_otherwise(spec, data, nodes, owner) if spec.typed_arguments else 0
    for draft in drafts:
        _take_from_head(draft, data)


def _written_otherwise(spec: LanguageSpec, data: bytes, nodes: list[Node], owner: Draft) -> int:
    """Which parameters, and whether the result, are of another type than the name that is written for them says."""
    taken, given = _OTHERWISE.get(spec.name), _GIVEN_OTHERWISE.get(spec.name)
    if taken is None or given is None:
        return 0
    places = [at for at, node in enumerate(nodes) if taken.search(data[node.start_byte : node.end_byte])]
    head = data[owner.head : owner.body_start if owner.body_start > owner.head else owner.end] if IS_CALLABLE[owner.kind] else b""
    return otherwise(places) | (GIVES_OTHERWISE if given.search(head) else 0)


def _owner(scopes: Scopes, node: Node) -> Draft | None:
    """The innermost function or type around a parameter that is not the parameter itself."""
    position = node.start_byte
    function = scopes.function_at(position)
    around: Draft | None = scopes.definition_at(position)
    while around is not None and (not IS_TYPE[around.kind] or around.start == position):
        around = around.parent
    if not IS_CALLABLE[function.kind] or function.start == position:
        return around
    return function if around is None or function.start >= around.start else around


def _take_from_head(draft: Draft, data: bytes) -> None:
    """A constructor without a list of its own takes what the head of its type says, and stands for it (Java's records)."""
    parent = draft.parent
    if draft.kind is NodeKind.CONSTRUCTOR and parent is not None and b"(" not in data[draft.name_end : draft.body_start]:
        draft.calling, parent.calling = parent.calling or draft.calling, 0


def _is_curried(spec: LanguageSpec, nodes: list[Node]) -> bool:
    return bool(spec.lists_of_parameters) and len({node.parent.start_byte for node in nodes if node.parent is not None}) > 1


def _taken(spec: LanguageSpec, data: bytes, nodes: list[Node], optional: set[int], rest: set[int]) -> int:
    least = labels = needed = 0
    unbounded = False
    for node in nodes:
        position = node.start_byte
        label = label_bit(spec.parameter_label(node, data)) if spec.parameter_label is not None else 0
        labels |= label
        unbounded |= position in rest
        if position not in rest and position not in optional:
            least += 1
            needed |= label
    return takes(least, ANY_NUMBER if unbounded else len(nodes), labels, needed)


def given_by(spec: LanguageSpec, data: bytes, captured: Captured, arity: int) -> int:
    """What a call gives beside the number of arguments in its list; 0 when that number is not known."""
    call, arguments = captured["call"][0], captured.get("arguments")
    trailing = min(spec.trailing(call), MOST_COUNTED) if spec.trailing is not None else 0
    makes = MAKES if call.type in spec.makes else 0
    if arity < 0 and (arguments or not (trailing or makes)):
        return makes
    given = COUNTED | trailing | makes | (TRAILING if trailing else 0)
    if arguments:
        given |= kinds_of_arguments(spec, data, arguments[0])
    if spec.argument_label is not None and arguments:
        given |= labels_of(spec.argument_label(child, data) for child in arguments[0].named_children if not child.is_extra)
    return given
