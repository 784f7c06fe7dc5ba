"""Python's private names: `__x` in the body of class `C` means `_C__x` (Language Reference, "Private name mangling").

Facts keep names as written. Here what a file binds and names is rewritten before it enters the tables, so that a base's `__x` is
never found from a class below it. Definitions keep their names; only the name that they are bound by differs.
"""

import re

import msgspec

from lepasserelle.graph.shapes import IS_TYPE
from lepasserelle.model import Definition, FileFacts, FlowKind

_PRIVATE = re.compile(r"(?<![\w>])__\w+")
_EXPORT = int(FlowKind.EXPORT)


def mangle(facts: FileFacts) -> tuple[FileFacts, dict[int, str]]:
    """The facts with private names as the language knows them, and by definition the name it is bound by where that differs."""
    if not _has_private(facts):
        return facts, {}
    within = _Classes(facts.definitions)
    bound: dict[int, str] = {}
    for number, definition in enumerate(facts.definitions):
        if definition.parent >= 0 and definition.name.startswith("__"):
            name = within.mangled(definition.parent, definition.name)
            if name != definition.name:
                bound[number] = name
    references = [
        msgspec.structs.replace(r, chain=within.mangled(r.scope, r.chain)) if "__" in r.chain else r for r in facts.references
    ]
    flows = [
        msgspec.structs.replace(f, target=within.mangled(f.scope, f.target), source=within.mangled(f.scope, f.source))
        if f.kind != _EXPORT and ("__" in f.target or "__" in f.source)
        else f
        for f in facts.flows
    ]
    imports = [
        msgspec.structs.replace(i, alias=within.mangled(i.scope, i.alias)) if i.alias.startswith("__") else i for i in facts.imports
    ]
    return msgspec.structs.replace(
        facts, definitions=within.heads(), references=tuple(references), flows=tuple(flows), imports=tuple(imports)
    ), bound


def _has_private(facts: FileFacts) -> bool:
    named = [chain for reference in facts.references if "__" in (chain := reference.chain)]
    named += [flow.target for flow in facts.flows if "__" in flow.target]
    named += [definition.name for definition in facts.definitions if definition.name.startswith("__")]
    return any(not name.endswith("__") for text in named for name in _PRIVATE.findall(text))


class _Classes:
    """The innermost class around each definition of a file."""

    def __init__(self, definitions: tuple[Definition, ...]) -> None:
        self._definitions = definitions
        self._prefixes: dict[int, str] = {}

    def mangled(self, scope: int, text: str) -> str:
        """A chain as written in the body of a definition."""
        prefix = self._prefix(scope) if "__" in text else ""
        if not prefix:
            return text
        return _PRIVATE.sub(lambda found: found.group() if found.group().endswith("__") else prefix + found.group(), text)

    def heads(self) -> tuple[Definition, ...]:
        """The definitions with decorators and bases as their scopes know them."""
        return tuple(
            msgspec.structs.replace(
                d,
                bases=tuple(self.mangled(d.parent, chain) for chain in d.bases),
                decorators=tuple(self.mangled(d.parent, chain) for chain in d.decorators),
            )
            if d.parent >= 0 and (d.bases or d.decorators)
            else d
            for d in self._definitions
        )

    def _prefix(self, scope: int) -> str:
        known = self._prefixes.get(scope)
        if known is None:
            around = scope
            while around >= 0 and not IS_TYPE[self._definitions[around].kind]:
                around = self._definitions[around].parent
            name = self._definitions[around].name.lstrip("_") if around >= 0 else ""
            known = self._prefixes[scope] = "_" + name if name else ""
        return known
