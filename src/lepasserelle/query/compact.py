"""Says records in few tokens: a path once for all that stands in it, names without the module that the path already tells.

Not how much fits (`page`). Pure: records in, items out. Invariant: every name that an item gives is one that the other questions
understand, and every place is `line` or `first-last` under the path of its heading.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Final, TypeVar

from lepasserelle.model import (
    ContextPart,
    Edge,
    EdgeKind,
    FileOutline,
    FolderEntry,
    FolderOutline,
    Impact,
    NodeKind,
    OutlineEntry,
    Reached,
    Reading,
    SearchHit,
    Symbol,
)
from lepasserelle.model.slices import Slice
from lepasserelle.query.candidates import said_candidates, said_through
from lepasserelle.query.line_costs import escaped_tokens
from lepasserelle.query.page import LINE_CHARS, Item, one_line, storable
from lepasserelle.wording import counted, visible

Record = TypeVar("Record")

ModuleOf = Callable[[str], str]
"""Path of a file → dotted name of its module."""

MODULE: Final = "(module)"
OUTSIDE: Final = "(outside the project)"
MARKS: Final = {"exact": "", "inferred": " ~", "ambiguous": " ?"}
LEGEND: Final = "(~ inferred, ? ambiguous)"

_SIGNATURE_CHARS: Final = 120
_CANDIDATES: Final = 5
_MAYBE: Final = 2
_NAMES_TRIED: Final = (50, 36, 24, 16, 10, 6, 3, 1, 0)
_LANGUAGES: Final = 8
_NAMES_A_FILE: Final = 12
_SMALL: Final = frozenset(
    kind.word for kind in (NodeKind.VARIABLE, NodeKind.CONSTANT, NodeKind.FIELD, NodeKind.ENUM_MEMBER, NodeKind.PROPERTY)
)
"""Said in one line for many."""
_SMALL_A_LINE: Final = 12
_CALLS: Final = EdgeKind.CALLS.word


def local_name(symbol: str, module: str) -> str:
    """A qualified name without the module that the path above it tells; what is in no definition says so."""
    if symbol == module:
        return MODULE
    return visible(symbol[len(module) + 1 :] if module and symbol.startswith(module + ".") else symbol)


def near_names(symbols: Sequence[str], module: str) -> list[str]:
    """Qualified names as they are said side by side: without this module, and the last parts of those elsewhere, so many that no
    two are alike.
    """
    return [_near_name(symbol, module, symbols) for symbol in symbols]


def _near_name(symbol: str, module: str, others: Sequence[str]) -> str:
    local = local_name(symbol, module)
    parts = symbol.split(".")
    for count in range(2, len(parts) if local == symbol else 0):
        end = ".".join(parts[-count:])
        if not any(other != symbol and (other == end or other.endswith("." + end)) for other in others):
            return end
    return local


def span(start_line: int, end_line: int) -> str:
    """`12` or `12-40`."""
    return str(start_line) if start_line == end_line else f"{start_line}-{end_line}"


def hits(found: Sequence[SearchHit], module_of: ModuleOf) -> list[Item]:
    """Search hits, best first; those of one file stand together, where its best one is."""
    items: list[Item] = []
    for path, of_file in _by_path(found, lambda hit: hit.path):
        for hit in of_file:
            head = f"{span(hit.start_line, hit.end_line)} {hit.kind} {local_name(hit.symbol, module_of(path))}"
            if hit.line_below:
                head += f", line {hit.line_below}"
            if hit.also:
                head += f"\n  also {_further(hit, module_of(path))}"
            body = _indented(hit.snippet)
            items.append(Item(visible(path), f"{head}\n{body}" if body else head, head))
    return items


def _further(hit: SearchHit, module: str) -> str:
    said = [f"{span(one.start_line, one.end_line)} {local_name(one.symbol, module)}" for one in hit.also if not one.path]
    return ", ".join(said + [f"{visible(one.path)}:{span(one.start_line, one.end_line)}" for one in hit.also if one.path])


def context_part(part: ContextPart, module_of: ModuleOf) -> str:
    """One part of gathered code under its heading; what is not said to be a head or a fragment is whole."""
    module = module_of(part.path)
    notes = [part.form] if part.form != "whole" else []
    notes += [f"{part.role} {near_names([part.of], module)[0]}"] if part.of else []
    said = f" ({', '.join(notes)})" if notes else ""
    heading = f"## {visible(part.path)}:{span(part.start_line, part.end_line)} {part.kind} {local_name(part.symbol, module)}"
    return storable(f"\n{heading}{said}\n{part.text}\n")


def symbols(found: Sequence[Symbol], module_of: ModuleOf) -> list[Item]:
    """Definitions, by file."""
    items: list[Item] = []
    for path, of_file in _by_path(found, lambda one: one.path or OUTSIDE):
        for one in of_file:
            place = f"{span(one.start_line, one.end_line)} " if one.path else ""
            head = f"{place}{one.kind} {local_name(one.symbol, module_of(one.path))}"
            told = [one_line(text) for text in (one.signature, one.documentation.strip().partition("\n")[0]) if text]
            items.append(Item(visible(path), "\n  ".join([head, *told]), head))
    return items


def legend(edges: Sequence[Edge]) -> str:
    """What the marks of these callers or callees mean; also what reading has to do with running, when one is read."""
    touches = [word for word in (EdgeKind.READS.word, EdgeKind.WRITES.word) if any(edge.kind == word for edge in edges)]
    return f"{LEGEND[:-1]}; {' or '.join(touches)}, which runs it)" if touches else LEGEND


def calls(edges: Sequence[Edge], shown: str, asked: str, module_of: ModuleOf) -> list[Item]:
    """Calls with their lines, by the file where they stand. `shown`: `source` or `target`, the other end than the one called
    `asked`. Who calls several definitions of that name in the same way is said once, with all lines.
    """
    items: list[Item] = []
    for path, of_file in _by_path(edges, lambda edge: edge.sites[0][0] if edge.sites else OUTSIDE):
        module, heading = module_of(path), visible(path)
        lines_of: dict[tuple[str, str], set[int]] = {}
        for edge in of_file:
            lines_of.setdefault(_call(edge, shown, asked, module), set()).update(line for _, line in edge.sites)
        for (name, how), lines in lines_of.items():
            said = f"{name} {','.join(map(str, sorted(lines)))}".rstrip()
            items.append(Item(heading, storable(said + how)))
    return items


def _call(edge: Edge, shown: str, asked: str, module: str) -> tuple[str, str]:
    """(the other end and how certain it is, what else there is to say of the call)."""
    how = "" if edge.kind == _CALLS else f" {edge.kind}"
    if len(edge.candidates) > 1:
        how += f" {said_candidates(edge, _CANDIDATES)}"
    through = said_through(edge, shown, asked).rpartition(".")[2]
    name = local_name(edge.source if shown == "source" else edge.target, module)
    return f"{name}{MARKS[edge.resolution]}", f"{how} through {through}" if through else how


def file_outline(outline: FileOutline) -> tuple[str, list[Item]]:
    """(what stands at the top, definitions in source order); what has no body of its own is said in one line for many."""
    module = f", module {visible(outline.module)}" if outline.module else ""
    head = f"{visible(outline.path)}: {outline.language}, {counted(outline.lines, 'line')}{module}"
    items: list[Item] = []
    for is_small, run in groupby(
        outline.entries, key=lambda entry: (entry.kind in _SMALL, entry.depth, entry.kind in _SMALL and entry.kind)
    ):
        entries = list(run)
        if is_small[0]:
            items += [_small_ones(entries[at : at + _SMALL_A_LINE]) for at in range(0, len(entries), _SMALL_A_LINE)]
        else:
            items += [_definition(entry) for entry in entries]
    return head, items


def _definition(entry: OutlineEntry) -> Item:
    place = f"{'  ' * entry.depth}{span(entry.start_line, entry.end_line)}"
    name = entry.name.rpartition(".")[2] if entry.kind != NodeKind.SECTION.word else entry.name
    short = f"{place} {entry.kind} {one_line(name)}"
    return Item("", f"{place} {one_line(entry.signature, _SIGNATURE_CHARS)}" if entry.signature else short, short)


def _small_ones(entries: Sequence[OutlineEntry]) -> Item:
    first = entries[0]
    names = ", ".join(f"{entry.name.rpartition('.')[2]} {entry.start_line}" for entry in entries)
    return Item("", one_line_keeping_indent("  " * first.depth, f"{first.kind}: {names}"))


def one_line_keeping_indent(indent: str, text: str) -> str:
    """White space collapsed behind the indent."""
    return indent + one_line(text, _SIGNATURE_CHARS * 4)


def folder_outline(outline: FolderOutline) -> tuple[str, list[Item]]:
    """(what stands at the top, folders and files)."""
    languages = ", ".join(f"{name} {count}" for name, count in list(outline.languages.items())[:_LANGUAGES])
    head = f"{visible(outline.path) or '.'}/: {counted(outline.files, 'file')}{_definitions(outline.symbols)} ({languages})"
    return head, [_folder_item(entry, len(outline.path) + 1 if outline.path else 0) for entry in outline.entries]


def _folder_item(entry: FolderEntry, cut: int) -> Item:
    name = one_line(visible(entry.path[cut:]))
    if entry.path.endswith("/"):
        return Item("", f"{name} {counted(entry.files, 'file')}{_definitions(entry.symbols)}, {entry.language}")
    short = f"{name} {counted(entry.lines, 'line')}" if entry.lines else name
    names = ", ".join(entry.names[:_NAMES_A_FILE]) + (", …" if len(entry.names) > _NAMES_A_FILE else "")
    return Item("", one_line(f"{short}: {names}", 4 * LINE_CHARS) if names else short, short)


def _definitions(count: int) -> str:
    """Nothing where none are known: there may be no index."""
    return f", {counted(count, 'definition')}" if count else ""


def reading(found: Reading, module_of: ModuleOf, most_tokens: int) -> tuple[str, list[Item]]:
    """(place and relations with as many names as fit in so many tokens, the lines)."""
    head = ""
    for names in _NAMES_TRIED:
        head = _place_and_relations(found, module_of, names)
        if escaped_tokens(head) <= most_tokens:
            break
    return storable(head), [Item("", storable(line)) for line in found.text.split("\n")]


def _place_and_relations(found: Reading, module_of: ModuleOf, names: int) -> str:
    module = module_of(found.path)
    what = (
        f"{'' if found.is_whole else 'within '}{found.kind} {local_name(found.symbol, module)}" if found.symbol else found.language
    )
    head = [f"{visible(found.path)}:{span(found.start_line, found.end_line)} {what}"]
    if found.has_changed:
        head.append("(the file has changed since it was indexed)")
    for relation in found.relations:
        told = ", ".join(near_names(relation.names[:names], module))
        more = f"{', ' if told else ''}… {relation.total - names} more" if relation.total > names else ""
        head.append(f"{relation.word}: {told}{more}")
    return "\n".join(head)


def impact(found: Impact, module_of: ModuleOf) -> tuple[str, list[Item]]:
    """(what stands at the top, what is reached: by distance and file, tests last)."""
    tests = [one for one in found.reached if one.is_test]
    code = [one for one in found.reached if not one.is_test]
    within = f"{counted(len(code), 'definition')} and {len(tests)} in tests within {counted(found.depth, 'step')}"
    farther = "" if found.is_complete else "; more is farther away"
    more = " more" if found.reached else ""
    perhaps = f"; {found.perhaps}{more} perhaps, one step away: ask with resolution `all`" if found.perhaps else ""
    head = f"{found.name}: a change reaches {within}{farther}{perhaps} {LEGEND}"
    ordered = sorted(found.reached, key=lambda one: (one.is_test, one.distance, one.path, one.start_line))
    return storable(head), [_reached(one, module_of) for one in ordered]


def _reached(one: Reached, module_of: ModuleOf) -> Item:
    group = f"{'tests, ' if one.is_test else ''}{one.distance} away: {visible(one.path)}"
    how = "" if one.how == EdgeKind.CALLS.word else f" {one.how}"
    via = f" via {one.via.rpartition('.')[2]}" if one.distance > 1 else ""
    name = local_name(one.symbol, module_of(one.path))
    return Item(group, storable(f"{span(one.start_line, one.end_line)} {name}{MARKS[one.resolution]}{how}{via}"))


def slice_of(found: Slice, module_of: ModuleOf) -> tuple[str, list[Item]]:
    """(what was asked and what limits the answer, the statements with their reasons)."""
    asked = f"{visible(found.path)}:{found.line}{' of ' + found.variable if found.variable else ''}"
    looked_at = f"{counted(len(found.statements), 'statement')}, {counted(found.functions, 'function')} looked at"
    head = f"{found.direction} slice from {asked}: {looked_at}"
    items = []
    for one in found.statements:
        group = f"{visible(one.path)} {local_name(one.symbol, module_of(one.path))}"
        first, *rest = storable(one.text).split("\n")
        why = f"  # {_reasons(one.why)}" if one.why else ""
        items.append(Item(storable(group), "\n".join([f"{one.start_line}: {first.strip()}{storable(why)}", *rest])))
    return storable("\n".join([head, *(f"note: {note}" for note in found.notes)])), items


def _reasons(why: Sequence[str]) -> str:
    """What is certain, then a few of the things that may be."""
    sure = [reason for reason in why if not reason.startswith("may ")]
    maybe = [reason for reason in why if reason.startswith("may ")]
    more = [f"… {len(maybe) - _MAYBE} more"] if len(maybe) > _MAYBE else []
    return ", ".join(sure + maybe[:_MAYBE] + more)


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in storable(text).splitlines() if line.strip())


def _by_path(records: Iterable[Record], path: Callable[[Record], str]) -> list[tuple[str, list[Record]]]:
    """Records of one path together, in the order of each path's first one."""
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(path(record), []).append(record)
    return list(found.items())
