"""Matches to drafts: which definitions a file holds, how far they reach, and how they nest.

Rules that hold for every language: of two patterns for one name the later in the query file wins; an anonymous function whose
body is also the body of a named definition is that definition; a variable inside a function is a local and no definition.
"""

import re
from bisect import bisect_right

from tree_sitter import Node

from lepasserelle.model import NodeFlag, NodeKind
from lepasserelle.model.calling import ALIAS
from lepasserelle.parse.captures import Buckets, Captured
from lepasserelle.parse.chains import Chains
from lepasserelle.parse.clauses import merge_clauses
from lepasserelle.parse.draft import IS_TYPE, Draft
from lepasserelle.parse.extensions import extend
from lepasserelle.parse.namespaces import enclosing
from lepasserelle.parse.regions import Holes, Regions
from lepasserelle.parse.spec import LanguageSpec

_VARIABLES = frozenset({NodeKind.VARIABLE, NodeKind.CONSTANT})
_TABLES = _VARIABLES | {NodeKind.FIELD}
_SPACE = re.compile(rb"\s*")
_NOWHERE = 1 << 62
_VARIABLE_WORDS = frozenset(kind.word for kind in _VARIABLES)
_FUNCTION_WORDS = frozenset({"function", "method", "constructor", "lambda"})
_SCOPED_WORDS = _FUNCTION_WORDS | {NodeKind.CLASS.word}
"""What stands in tables by a name of its own."""
_KINDS = {kind.word: kind for kind in NodeKind}
_KEYS = {word: f"definition.{word}" for word in _KINDS}


Winner = tuple[int, str, Captured]
"""A match that makes a definition: number of the pattern, word of the kind, captures."""
# A member of an enum is looked up in 100 ns, and each definition asks for a dozen.
_CLASS, _CONSTANT, _CONSTRUCTOR, _FIELD, _FUNCTION, _LAMBDA, _METHOD, _MODULE, _NAMESPACE, _VARIABLE = (
    NodeKind.CLASS,
    NodeKind.CONSTANT,
    NodeKind.CONSTRUCTOR,
    NodeKind.FIELD,
    NodeKind.FUNCTION,
    NodeKind.LAMBDA,
    NodeKind.METHOD,
    NodeKind.MODULE,
    NodeKind.NAMESPACE,
    NodeKind.VARIABLE,
)


def collect(spec: LanguageSpec, buckets: Buckets, data: bytes, chains: Chains) -> list[Draft]:
    """The drafts of a file in source order, the module first, nested and named; parents given, numbers not."""
    wrappers = _wrappers(buckets)
    leading = _leading(buckets, data)
    winners = _without_locals(_without_data(spec, _winners(buckets)))
    drafts = [_draft(spec, word, captured, data, chains) for _, word, captured in winners]
    _embrace(buckets, data, drafts)
    if spec.namespace_parts:
        drafts += enclosing(drafts, data)
    for draft in drafts:
        _widen(draft, wrappers, leading)
    module = Draft("", _MODULE, 0, len(data), -1)
    module.body_start = module.inner_start = 0
    module.settle()
    drafts.sort(key=lambda draft: (draft.start, -draft.end, draft.name_start))
    imported = Holes([(node.start_byte, node.end_byte) for node in buckets.nodes("import")])
    drafts = [draft for draft in drafts if draft.kind not in _VARIABLES or draft.name_start not in imported]
    defaults = Holes([(node.start_byte, node.end_byte) for node in buckets.nodes("parameter.default")])
    kept = _nest(spec, module, drafts, defaults)
    if spec.clause is not None:
        kept = merge_clauses(kept)
    extend(buckets, kept, chains)
    _reparent(spec, kept)
    return _once(spec, kept)


def functions_by_span(buckets: Buckets, drafts: list[Draft]) -> dict[tuple[int, int], str]:
    """Span of an expression that is a function or class → the name of its definition."""
    names = {(draft.body_start, draft.body_end): draft.name for draft in drafts if draft.body_start < draft.body_end}
    spans = {}
    for _, word, captured in buckets.definitions:
        body = captured.get("body")
        if body and "name" not in captured:
            node = captured[_KEYS[word]][0]
            name = names.get((body[0].start_byte, body[-1].end_byte))
            if name is not None:
                spans[node.start_byte, node.end_byte] = name
    return spans


def _winners(buckets: Buckets) -> list[Winner]:
    by_name: dict[int, Winner] = {}
    anonymous = []
    bodies: dict[tuple[int, int], Captured] = {}
    imported = {node.start_byte for captured in buckets.by_role["import"] for node in captured.get("import.bound", ())}
    imported.update(node.start_byte for node in buckets.nodes("friend"))
    for found in buckets.definitions:
        pattern, _, captured = found
        names = captured.get("name") or captured.get("declarator")
        if not names:
            anonymous.append(found)
            continue
        start = names[0].start_byte
        if start in imported:
            continue
        held = by_name.get(start)
        if held is None or held[0] <= pattern:
            by_name[start] = found
    winners = []
    for _, found in sorted(by_name.items()):
        named = _named(bodies, found[2]) if "body" in found[2] else None
        if named is not None:
            _name_twice(named, found[2])
        else:
            winners.append(found)
    seen: set[tuple[int, int]] = set()
    for found in anonymous:
        body = found[2].get("body")
        span = (body[0].start_byte, body[0].end_byte) if body else None
        if span not in bodies and span not in seen:
            winners.append(found)
            if span:
                seen.add(span)
    return winners


def _named(bodies: dict[tuple[int, int], Captured], captured: Captured) -> Captured | None:
    """The match that has the body of this one already; None for the first one, which has it from now on."""
    body = captured["body"]
    if len(body) == 1:
        held = bodies.setdefault((body[0].start_byte, body[0].end_byte), captured)
        return held if held is not captured else None
    spans = {(part.start_byte, part.end_byte) for part in body}
    if not bodies.keys().isdisjoint(spans):
        return next(bodies[span] for span in spans if span in bodies)
    bodies.update(dict.fromkeys(spans, captured))
    return None


def _name_twice(named: Captured, again: Captured) -> None:
    """What has been found by one name has another one of its own: `inner` of `const outer = function inner() {}`."""
    if "name" in named and "name" in again:
        named.setdefault("also", again["name"])


def _without_locals(found: list[Winner]) -> list[Winner]:
    """Leave out variables whose innermost body around is that of a function, before a draft is made of each (three of four are)."""
    spans = []
    for _, word, captured in found:
        body = captured.get("body")
        if body:
            is_one = len(body) == 1 and "members" not in captured
            start = body[0].start_byte if is_one else min([part.start_byte for part in (*body, *captured.get("members", ()))])
            spans.append((start, body[-1].end_byte, word in _FUNCTION_WORDS))
    regions = Regions(spans, outside=False)
    positions, inside_function = regions.positions, regions.owners
    return [
        winner
        for winner in found
        if winner[1] not in _VARIABLE_WORDS
        or "body" in winner[2]
        or "name" not in winner[2]
        or not inside_function[bisect_right(positions, winner[2][_KEYS[winner[1]]][0].start_byte) - 1]
    ]


def _without_data(spec: LanguageSpec, found: list[Winner]) -> list[Winner]:
    """Tables that no named function or class stands in, at any depth, scope no name.

    A pair of such a table is left out, a field of a class has no body then.
    """
    if not spec.tables:
        return found
    code = [captured["name"][0].start_byte for _, word, captured in found if "name" in captured and word in _SCOPED_WORDS]
    code.append(_NOWHERE)
    kept = []
    for winner in found:
        pattern, word, captured = winner
        if word == _FIELD.word and "body" in captured:
            body = captured["body"][0]
            if code[bisect_right(code, body.start_byte)] >= body.end_byte:
                if captured[_KEYS[word]][0].type in spec.tables:
                    continue
                winner = pattern, word, {key: nodes for key, nodes in captured.items() if key != "body"}
        kept.append(winner)
    return kept


def _draft(spec: LanguageSpec, word: str, captured: Captured, data: bytes, chains: Chains) -> Draft:
    node = captured[_KEYS[word]][0]
    names, declarators, body = captured.get("name"), captured.get("declarator"), captured.get("body")
    start, end = node.start_byte, node.end_byte
    if names:
        name = chains.name(names[0]) if len(names) == 1 else "".join([chains.name(part) for part in names])
        draft = Draft(name, _KINDS[word], start, end, names[0].start_byte)
        draft.name_end = names[-1].end_byte
    elif declarators:
        name, receiver_chain, name_start = chains.declared(declarators[0])
        draft = Draft(name, _KINDS[word], start, end, name_start)
        draft.receiver = receiver_chain
    else:
        draft = Draft("", _KINDS[word], start, end, start)
    if spec.clause is not None:
        draft.clause = spec.clause(node)
    if body:
        first, is_one = body[0], len(body) == 1
        draft.body_start = draft.inner_start = first.start_byte if is_one else min([part.start_byte for part in body])
        draft.body_end = first.end_byte if is_one else max([part.end_byte for part in body])
        draft.end = max(end, draft.body_end)
    if len(captured) > 1 + bool(names) + bool(body):
        _refine(spec, draft, captured, data, chains)
    draft.settle()
    return draft


def _embrace(buckets: Buckets, data: bytes, drafts: list[Draft]) -> None:
    """What is broken was not seen by the tree of the definition around it: that one reaches as far all the same."""
    if not buckets.frames:
        return
    by_name = {draft.name_start: draft for draft in drafts}
    for name_start, part in buckets.frames:
        draft = by_name.get(name_start)
        if draft is not None:
            end = part.start + len(data[part.start : part.end].rstrip())
            draft.end = max(draft.end, end)
            draft.body_end = max(draft.body_end, end)
            draft.body_start = min(draft.body_start, part.start)
            draft.inner_start = min(draft.inner_start, part.start)
            draft.settle()


def _other_name(node: Node, chains: Chains) -> str:
    """What a name of a type stands for; nothing that is known where that is a pointer made of a type (`shared_ptr<Box>`)."""
    chain, pointed = chains.type_chain(node), chains.value_type(node)
    return chain if pointed in {chain, ""} or "{" in pointed else "?"


def _refine(spec: LanguageSpec, draft: Draft, captured: Captured, data: bytes, chains: Chains) -> None:
    """What few patterns say of a definition."""
    draft.inner_start = min([draft.body_start, *(part.start_byte for part in captured.get("members", ()))])
    for key in captured:
        if key.startswith("flag."):
            draft.flags |= int(NodeFlag[key.removeprefix("flag.").upper()])
    receiver = captured.get("receiver")
    if receiver:
        draft.receiver = chains.type_chain(receiver[0])
        if spec.companion and draft.receiver.endswith(spec.companion):
            draft.receiver = draft.receiver.removesuffix(spec.companion)
            draft.flags |= int(NodeFlag.STATIC)
    draft.receiver_given = "receiver.given" in captured
    alias = captured.get("alias")
    if alias:
        draft.calling |= ALIAS
        draft.alias = _other_name(alias[0], chains)
    also = captured.get("also")
    if also and spec.second_names:
        name = "".join([chains.name(part) for part in also])
        draft.also = name if name != draft.name else ""
    receiver_name = captured.get("receiver.name")
    if receiver_name:
        draft.receiver_text = _text(receiver_name[0], data)
        draft.receiver_root = "<self>"
    if "receiver.none" in captured:
        draft.receiver_text = spec.receiver_word


def _text(node: Node, data: bytes) -> str:
    return data[node.start_byte : node.end_byte].decode("utf-8", "replace")


def _wrappers(buckets: Buckets) -> dict[tuple[int, int], tuple[int, int]]:
    """Span of a wrapped node → span of the node that wraps it."""
    spans = {}
    for captured in buckets.by_role["wrapper"]:
        outer = captured["wrapper"][0]
        for inner in captured.get("wrapped", ()):
            spans[inner.start_byte, inner.end_byte] = (outer.start_byte, outer.end_byte)
    return spans


def _leading(buckets: Buckets, data: bytes) -> dict[int, int]:
    """First byte after a leading attribute and its white space → where that attribute begins."""
    places = {}
    for node in buckets.nodes("leading"):
        space = _SPACE.match(data, node.end_byte)
        places[space.end() if space else node.end_byte] = node.start_byte
    return places


def _widen(draft: Draft, wrappers: dict[tuple[int, int], tuple[int, int]], leading: dict[int, int]) -> None:
    span = (draft.start, draft.end)
    while (wider := wrappers.get(span)) is not None and wider != span:
        span = wider
    start = span[0]
    while (before := leading.get(start)) is not None and before < start:
        start = before
    draft.head = span[0]
    draft.start, draft.end = start, span[1]


def _nest(spec: LanguageSpec, module: Draft, drafts: list[Draft], defaults: Holes) -> list[Draft]:
    """Give every draft its parent and final kind; locals are left out. What stands in the default of a parameter is within."""
    kept = [module]
    stack = [module]
    for draft in drafts:
        while len(stack) > 1 and stack[-1].end <= draft.start:
            stack.pop()
        top = stack[-1]
        is_within = top.inner_start <= draft.start or (defaults and top.callable and draft.start in defaults)
        parent = top if is_within else (top.parent or module)
        if draft.kind is _LAMBDA or not draft.name:
            parent = _code(parent, module)
        if parent.callable and draft.kind in _VARIABLES:
            continue
        draft.parent = parent
        _settle_kind(spec, draft, parent)
        if draft.kind is _LAMBDA and not draft.name:
            parent.lambdas += 1
            draft.name = f"<lambda{parent.lambdas}>"
        elif not draft.name:
            parent.unnamed += 1
            draft.name = f"<{draft.kind.word}{parent.unnamed}>"
        kept.append(draft)
        if draft.inner_start < draft.end:
            stack.append(draft)
    return kept


def _code(draft: Draft, module: Draft) -> Draft:
    scope: Draft | None = draft
    while scope is not None and not scope.code:
        scope = scope.parent
    return scope or module


def _settle_kind(spec: LanguageSpec, draft: Draft, parent: Draft) -> None:
    kind = draft.kind
    if kind is _VARIABLE and spec.constant is not None and spec.constant.fullmatch(draft.name):
        kind = _CONSTANT
    if IS_TYPE[parent.kind] or draft.receiver:
        if kind is _FUNCTION:
            kind = _METHOD
        elif kind is _VARIABLE or kind is _CONSTANT:
            kind = _FIELD
    if kind is _METHOD and _constructs(spec, draft, parent):
        kind = _CONSTRUCTOR
    if kind is not draft.kind:
        draft.kind = kind
        draft.settle()


def _constructs(spec: LanguageSpec, draft: Draft, parent: Draft) -> bool:
    if draft.name in spec.constructors:
        return True
    owner = draft.receiver.rpartition(".")[2] or parent.name
    return spec.constructor_is_type_name and draft.name == owner


def _reparent(spec: LanguageSpec, drafts: list[Draft]) -> None:
    """A member that names its receiver belongs to that type when the file defines it."""
    if not any(draft.receiver for draft in drafts):
        return
    types = _owners(spec, drafts)
    named: dict[str, list[Draft]] = {}
    for draft in drafts:
        named.setdefault(draft.name, []).append(draft)
    for draft in drafts:
        if draft.receiver:
            parts = draft.receiver.split(".")
            owner = types.get(draft.receiver) or types.get(".".join(parts[-2:])) or types.get(parts[-1])
            if owner is not None and owner.parent is not draft.parent and len(parts) == 1:
                owner = next((each for each in named.get(draft.receiver, ()) if _is_beside(each, draft)), owner)
            if draft.receiver == spec.receiver_word:
                owner = _type_around(draft)
            if owner is not None and owner is not draft:
                _adopt(spec, owner, draft)
            elif draft.receiver == spec.receiver_word:
                draft.receiver = ""


def _is_beside(owner: Draft, draft: Draft) -> bool:
    """Whether what has the name of a member's receiver is a type and stands in the same scope."""
    return owner.parent is draft.parent and IS_TYPE[owner.kind]


def _type_around(draft: Draft) -> Draft | None:
    around = draft.parent
    while around is not None and not IS_TYPE[around.kind]:
        around = around.parent
    return around


def _owners(spec: LanguageSpec, drafts: list[Draft]) -> dict[str, Draft]:
    owners: dict[str, Draft] = {}
    for draft in drafts:
        is_table = spec.receiver_makes_class and draft.kind in _TABLES
        if IS_TYPE[draft.kind] or is_table or draft.kind is _NAMESPACE:
            owners.setdefault(draft.name, draft)
            if draft.receiver:
                owners.setdefault(f"{draft.receiver}.{draft.name}", draft)
            elif draft.parent is not None and draft.parent.name:
                owners.setdefault(f"{draft.parent.name}.{draft.name}", draft)
    if spec.receiver_word:
        for draft in drafts:
            if draft.kind is _FUNCTION or draft.kind in _VARIABLES:
                owners.setdefault(draft.name, draft)
            elif draft.kind is _FIELD and draft.body_start < draft.body_end:
                owners.setdefault(_path(draft), draft)
    return owners


def _path(draft: Draft) -> str:
    """How the code of a file names what stands in an object: `api.deep.er`, since the `er` of another object is another one. Empty
    within a function, whose objects have other names, or none.
    """
    if draft.receiver or draft.kind is not _FIELD:
        return f"{draft.receiver}.{draft.name}" if draft.receiver else draft.name
    around = _path(draft.parent) if draft.parent is not None and not draft.parent.callable else ""
    return f"{around}.{draft.name}" if around else ""


def _adopt(spec: LanguageSpec, owner: Draft, draft: Draft) -> None:
    draft.parent = owner
    draft.receiver = ""
    if spec.receiver_word and not draft.flags & NodeFlag.STATIC:
        draft.receiver_root = "<self>"
        if owner.kind is _FUNCTION:
            owner.receiver_root = "<self>"
    if spec.receiver_makes_class:
        _make_classes(owner)
    if owner.kind is _NAMESPACE and draft.kind is _METHOD:
        draft.kind = _FUNCTION
    if owner.kind is _NAMESPACE and draft.kind is _FIELD:
        draft.kind = _VARIABLE


def _make_classes(table: Draft | None) -> None:
    """A table that functions are put into is a class, and so is every table around it: `a`, `b` and `c` of `a.b.c:d()`."""
    while table is not None and table.kind in _TABLES:
        table.kind = _CLASS
        table = table.parent


def _once(spec: LanguageSpec, drafts: list[Draft]) -> list[Draft]:
    """Of the variables of one name in one parent the first is the definition, the others are writes."""
    seen: set[tuple[int, str]] = set()
    kept = []
    for draft in drafts:
        if draft.body_start >= draft.body_end and draft.kind in spec.once:
            key = (id(draft.parent), draft.name)
            if key in seen:
                continue
            seen.add(key)
        kept.append(draft)
    return kept
