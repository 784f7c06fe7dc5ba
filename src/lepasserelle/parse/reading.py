"""One file of a language with a grammar, from bytes to facts: the order of the steps and nothing else.

tree → buckets → drafts, nested → flows (they tell receivers and locals) → fields → references → records.
"""

import re
import sys
from bisect import bisect_right
from operator import itemgetter
from typing import NamedTuple

import msgspec

from lepasserelle.model import Definition, FileFacts, Flow, FlowKind, Import, NodeFlag, NodeKind, Reference
from lepasserelle.parse import definitions, documentation, heads, imports, operations, parameters
from lepasserelle.parse.blocks import Blocks
from lepasserelle.parse.captures import Buckets, Part
from lepasserelle.parse.chains import Chains
from lepasserelle.parse.damage import readable
from lepasserelle.parse.draft import Draft
from lepasserelle.parse.flows import DraftFlow, Flows, Target
from lepasserelle.parse.grammar import Grammar
from lepasserelle.parse.lines import Lines
from lepasserelle.parse.problems import problems, too_damaged
from lepasserelle.parse.references import DraftReference, References
from lepasserelle.parse.scopes import Scopes
from lepasserelle.parse.sections import cut
from lepasserelle.parse.spec import LanguageSpec

_EXPORT = int(FlowKind.EXPORT)


def read(grammar: Grammar, data: bytes) -> FileFacts:
    """The facts of a file."""
    spec = grammar.spec
    text = _decodable(spec.prepare(data) if spec.prepare is not None else data)
    lines = Lines(data)
    understood = readable(grammar, text, data)
    if understood is None:
        return msgspec.structs.replace(cut(data, spec.name), problems=too_damaged(data, lines))
    parts, buckets = understood
    found = _found(spec, data, parts, buckets)
    del understood, buckets  # with their nodes, whose room is near for what follows
    starts = lines.starts
    return FileFacts(
        language=spec.name,
        package=found.package,
        definitions=tuple([_definition(draft, data, starts) for draft in found.drafts]),
        imports=tuple([_import(draft, lines) for draft in found.bound]),
        references=_references(found.referred, found.given, starts),
        flows=_flows(found.moved, starts),
        problems=problems(grammar.errors, parts, data, lines, spec.lost(data, found.drafts) if spec.lost is not None else ()),
        line_count=lines.count,
        values=spec.values(spec.name, parts[0].root, data, found.drafts, found.bound, found.referred, found.moved, starts)
        if spec.values is not None
        else None,
        arguments=found.arguments,
    )


class _Found(NamedTuple):
    """What a file says, before it is put into records; nothing of it holds a tree."""

    drafts: list[Draft]
    bound: list[imports.DraftImport]
    referred: list[DraftReference]
    given: dict[tuple[int, int], int]
    """`References.given`"""
    moved: list[DraftFlow]
    package: str
    arguments: tuple[str, ...]


def _found(spec: LanguageSpec, data: bytes, parts: list[Part], buckets: Buckets) -> _Found:
    values, places = Chains(spec, data), Chains(spec, data)
    drafts = definitions.collect(spec, buckets, data, values)
    values.lambdas = places.lambdas = definitions.functions_by_span(buckets, drafts)
    scopes = Scopes(drafts, buckets.nodes("parameter.default"))
    heads.decorate(buckets, scopes, values, spec, data)
    heads.extend_constants(drafts)
    hidden = frozenset().union(*(spec.hidden(part.root) for part in parts)) if spec.hidden is not None else frozenset()
    for draft in drafts:
        heads.flag(spec, draft, data, hidden)
    if spec.receiver_word:
        scopes.settle_receivers(spec.receiver_word, drafts)
    if spec.export_list:
        heads.only_listed(buckets, drafts, values)
    blocks = Blocks(buckets, data)
    if spec.exports is not None:
        found = [(part, captured) for part in parts for captured in spec.exports(part.root, data)]
        buckets.by_role["export.name"] += [captured for part, captured in found if part.holds(captured)]
    flows = Flows(spec, values, places, scopes, drafts, blocks)
    flows.collect(buckets)
    scopes.name_receivers(drafts)
    if spec.overloads:
        parameters.count(spec, buckets, data, scopes, drafts)
    documentation.document(spec, buckets, data, scopes, drafts)
    heads.count_decisions(buckets, scopes)
    moved = flows.finish(buckets)
    names = {draft.name_start for draft in drafts[1:]}
    references = References(spec, places, scopes, data, blocks, flows)
    operated = operations.collect(spec, buckets, data, scopes, moved) if spec.operations else ()
    referred = references.collect(buckets, flows.targets, names, operated)
    if references.moves:
        moved = sorted(moved + references.moves, key=itemgetter(0))
    bound = imports.collect(spec, buckets, data, scopes)
    if spec.instance_field is not None:
        fields = _fields(spec.instance_field, flows.stems, scopes, drafts)
        if fields:
            drafts += fields
            drafts.sort(key=lambda draft: (draft.start, -draft.end, draft.name_start))
    if buckets.by_role["export.name"] or buckets.by_role["export.default"]:
        _export(moved, drafts)
    for number, draft in enumerate(drafts):
        draft.number = number
    return _Found(drafts, bound, referred, references.given, moved, _package(spec, buckets, values), tuple(references.lists))


def _references(found: list[DraftReference], given: dict[tuple[int, int], int], starts: list[int]) -> tuple[Reference, ...]:
    records = []
    line, following, nexts = 0, 0, [*starts[1:], sys.maxsize]
    for start, end, role, scope, chain, arity in found:
        while following <= start:  # the next one begins behind: each look at where lines begin would ask a dozen of them
            following = nexts[line]
            line += 1
        at = line if end <= following else bisect_right(starts, end - 1, line)
        records.append(Reference(role, scope.number, chain, at, arity, given.get((start, end), 0) if given else 0))
    return tuple(records)


def _flows(moved: list[DraftFlow], starts: list[int]) -> tuple[Flow, ...]:
    records = []
    line, following, nexts = 0, 0, [*starts[1:], sys.maxsize]
    for position, kind, scope, target, source in moved:
        while following <= position:
            following = nexts[line]
            line += 1
        records.append(Flow(kind, scope.number, target, source, line))
    return tuple(records)


_UNDECODABLE = re.compile(r"[\udc80-\udcff]")


def _decodable(data: bytes) -> bytes:
    """The bytes with each one that is no UTF-8 replaced by one underscore.

    Predicates of a query decode strictly and would raise; places stay as they are.
    """
    if data.isascii():
        return data
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _UNDECODABLE.sub("_", data.decode("utf-8", "surrogateescape")).encode("utf-8")
    return data


def _fields(pattern: re.Pattern[str], stems: list[tuple[Target, int, int]], scopes: Scopes, drafts: list[Draft]) -> list[Draft]:
    """Fields that assignments to the receiver make: the first of each name in a class that has no such member."""
    held = {(id(draft.parent), draft.name) for draft in drafts if draft.kind in (NodeKind.FIELD, NodeKind.PROPERTY)}
    fields = []
    for (_, _, chain, scope, _), start, end in sorted(stems, key=itemgetter(1)):
        found = pattern.fullmatch(scopes.received(chain, scope))
        if found is None:
            continue
        owner = scopes.type_around(scope)
        if owner is None or (id(owner), found.group(1)) in held:
            continue
        held.add((id(owner), found.group(1)))
        field = Draft(found.group(1), NodeKind.FIELD, start, end, start)
        field.parent = owner
        field.flags = 0 if field.name.startswith("_") else 1
        fields.append(field)
    return fields


def _export(flows: list[DraftFlow], drafts: list[Draft]) -> None:
    """What an export names is EXPORTED."""
    names = {source for _, kind, _, _, source in flows if kind == _EXPORT}
    if names:
        for draft in drafts:
            if draft.name in names and draft.parent is drafts[0]:
                draft.flags |= NodeFlag.EXPORTED


def _package(spec: LanguageSpec, buckets: Buckets, values: Chains) -> str:
    nodes = sorted(buckets.nodes("package"), key=lambda node: node.start_byte)
    named = [values.type_chain(node).removeprefix("?") for node in (nodes if spec.packages_nest else nodes[:1])]
    return ".".join(named)


def _definition(draft: Draft, data: bytes, starts: list[int]) -> Definition:
    line = bisect_right(starts, draft.start)
    return Definition(
        draft.name,
        int(draft.kind),
        draft.parent.number if draft.parent is not None else -1,
        draft.start,
        draft.end,
        line,
        bisect_right(starts, draft.end - 1, line) if draft.end > draft.start else line,
        int(draft.flags),
        heads.signature(draft, data),
        draft.documentation,
        tuple(draft.bases),
        tuple(draft.decorators),
        draft.receiver,
        1 + draft.decisions if draft.code else 0,
        draft.body_start if draft.body_start < draft.body_end else draft.end,
        draft.calling,
        draft.also,
    )


def _import(draft: imports.DraftImport, lines: Lines) -> Import:
    bound = draft.bound
    return Import(
        draft.scope.number, bound.module, bound.name, bound.alias, bound.level, lines.at(draft.position), int(draft.flags)
    )
