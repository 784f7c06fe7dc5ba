"""Blocks that add members to a type defined elsewhere (`impl` of Rust, `instance` of Haskell): no definitions of their own.

Their direct members get the type as receiver; what the block implements is a base of the type when the file defines it.
"""

from dataclasses import dataclass

from lepasserelle.model import NodeFlag, NodeKind
from lepasserelle.model.calling import OF_TRAIT
from lepasserelle.parse.captures import Buckets
from lepasserelle.parse.chains import Chains
from lepasserelle.parse.draft import Draft
from lepasserelle.parse.regions import Regions


@dataclass(frozen=True, slots=True)
class Extension:
    """One block: first byte, chains of the type and of what it implements (or empty)."""

    start: int
    type_chain: str
    base: str


def extend(buckets: Buckets, drafts: list[Draft], chains: Chains) -> None:
    """Give the members of extension blocks their receiver, and the types their bases."""
    found: dict[tuple[int, int], Extension] = {}
    bases: list[tuple[int, str, str]] = []
    for captured in buckets.by_role["extension"]:
        node = captured["extension"][0]
        base = captured.get("extension.base")
        span = (node.start_byte, node.end_byte)
        conforms = captured.get("extension.conforms", ())
        bases += [(part.start_byte, chains.type_chain(captured["extension.type"][0]), chains.type_chain(part)) for part in conforms]
        if base or span not in found:
            extended = chains.type_chain(captured["extension.type"][0])
            found[span] = Extension(node.start_byte, extended, chains.type_chain(base[0]) if base else "")
    if not found:
        return
    nothing = Extension(-1, "", "")
    blocks = Regions(((start, end, block) for (start, end), block in found.items()), nothing)
    for draft in drafts[1:]:
        block = blocks.at(draft.start)
        if (
            block is not nothing
            and draft.parent is not None
            and (draft.parent.start < block.start or draft.parent.kind is NodeKind.MODULE)
            and block.type_chain != "?"
        ):
            draft.receiver = block.type_chain
            if draft.kind is NodeKind.FUNCTION:
                draft.kind = NodeKind.METHOD
            elif draft.kind in (NodeKind.VARIABLE, NodeKind.CONSTANT):
                draft.kind = NodeKind.FIELD
            if block.base:
                draft.flags |= NodeFlag.EXPORTED
                draft.calling |= OF_TRAIT
    bases += [(block.start, block.type_chain, block.base) for block in found.values()]
    _give_bases(drafts, sorted(bases))


def _give_bases(drafts: list[Draft], bases: list[tuple[int, str, str]]) -> None:
    types: dict[str, Draft] = {}
    for draft in drafts:
        if draft.kind.is_type:
            types.setdefault(draft.name, draft)
    for _, type_chain, base in bases:
        extended = types.get(type_chain.rpartition(".")[2])
        if extended is not None and base not in ("", "?"):
            extended.bases.append(base)
