"""Kinds and flags as lookup tables over plain integers: the inner loops of linking ask these questions a million times."""

from typing import Final

from lepasserelle.model import NodeFlag, NodeKind


def _table(kinds: set[NodeKind]) -> bytes:
    return bytes(kind in kinds for kind in range(256))


IS_TYPE: Final = _table({kind for kind in NodeKind if kind.is_type})
"""Owns members that its instances have."""
IS_CALLABLE: Final = _table({kind for kind in NodeKind if kind.is_callable})
IS_VARIABLE: Final = _table({NodeKind.VARIABLE, NodeKind.CONSTANT, NodeKind.FIELD, NodeKind.PROPERTY})
IS_HOLDER: Final = _table({NodeKind.VARIABLE, NodeKind.CONSTANT, NodeKind.FIELD, NodeKind.PROPERTY, NodeKind.ENUM_MEMBER})
"""Stands for a value, not for itself."""
IS_PLACE: Final = _table({NodeKind.MODULE, NodeKind.NAMESPACE})

RUN_BY_NAME: Final = frozenset({int(NodeKind.FUNCTION), int(NodeKind.METHOD)})
"""Runs wherever it is named, in languages that need no parentheses for that."""

MODULE: Final = int(NodeKind.MODULE)
MACRO: Final = int(NodeKind.MACRO)
NAMESPACE: Final = int(NodeKind.NAMESPACE)
CLASS: Final = int(NodeKind.CLASS)
ENUM_MEMBER: Final = int(NodeKind.ENUM_MEMBER)
INTERFACE: Final = int(NodeKind.INTERFACE)
ENUM: Final = int(NodeKind.ENUM)
TYPE: Final = int(NodeKind.TYPE)
CONSTRUCTOR: Final = int(NodeKind.CONSTRUCTOR)
ACCESSOR: Final = int(NodeFlag.ACCESSOR)
DECLARATION: Final = int(NodeFlag.DECLARATION)
STATIC: Final = int(NodeFlag.STATIC)
