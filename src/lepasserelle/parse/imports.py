"""Import statements to `Import` records in the making: what is bound, in which scope, under which circumstances."""

import msgspec
from tree_sitter import Node

from lepasserelle.model import ImportFlag
from lepasserelle.parse.captures import Buckets, Captured
from lepasserelle.parse.draft import Draft
from lepasserelle.parse.regions import Holes
from lepasserelle.parse.scopes import Scopes
from lepasserelle.parse.spec import BoundName, LanguageSpec

_FLAG_CAPTURES = (
    ("import.reexport", ImportFlag.REEXPORT),
    ("import.type_only", ImportFlag.TYPE_ONLY),
    ("import.include", ImportFlag.INCLUDE),
    ("import.system", ImportFlag.SYSTEM),
    ("import.static", ImportFlag.STATIC),
)


class DraftImport(msgspec.Struct, frozen=True, gc=False):
    """An import whose scope is still a draft."""

    position: int
    scope: Draft
    bound: BoundName
    flags: int


def collect(spec: LanguageSpec, buckets: Buckets, data: bytes, scopes: Scopes) -> list[DraftImport]:
    """The imports of a file in source order."""
    conditional = Holes([(node.start_byte, node.end_byte) for node in buckets.nodes("conditional")])
    type_only = Holes([(node.start_byte, node.end_byte) for node in buckets.nodes("type_only")])
    found = []
    first, outermost = -1, -1
    for captured in sorted(buckets.by_role["import"], key=_place):
        position, end = captured["import"][0].start_byte, captured["import"][0].end_byte
        if end <= outermost and position > first:
            continue
        first, outermost = (position, end) if end > outermost else (first, outermost)
        scope = scopes.code_at(position)
        place = ImportFlag.TYPE_ONLY if position in type_only else 0
        if position in conditional or scopes.callable_at(position).callable:
            place |= ImportFlag.CONDITIONAL
        found += [DraftImport(position, scope, bound, bound.flags | place) for bound in _bound(spec, captured, data)]
    found.sort(key=lambda draft: draft.position)
    return found


def _place(captured: Captured) -> tuple[int, int]:
    node = captured["import"][0]
    return node.start_byte, -node.end_byte


def _bound(spec: LanguageSpec, captured: Captured, data: bytes) -> list[BoundName]:
    if "import.module" not in captured:
        return spec.imports(captured["import"][0], data) if spec.imports is not None else []
    module = import_path(captured["import.module"][0], data)
    flags = 0
    for key, flag in _FLAG_CAPTURES:
        if key in captured:
            flags |= flag
    if "import.wildcard" in captured:
        return [BoundName(module, "*", "", flags=flags)]
    name = _text(captured, "import.name", data)
    alias = _text(captured, "import.alias", data)
    if not alias and "import.unbound" not in captured:
        alias = name or module.rpartition(".")[2].rpartition("/")[2]
    return [BoundName(module, name, alias, flags=flags)]


def _text(captured: Captured, key: str, data: bytes) -> str:
    nodes = captured.get(key)
    return import_path(nodes[0], data) if nodes else ""


def import_path(node: Node, data: bytes) -> str:
    """The text of a module path, without quotes or angle brackets, separators of dotted languages as dots."""
    text = data[node.start_byte : node.end_byte].decode("utf-8", "replace").strip()
    if len(text) > 1 and text[0] in "\"'`<" and text[-1] in "\"'`>":
        return text[1:-1]
    return "".join(text.replace("::", ".").replace("\\", ".").split())
