"""A definition while a file is being read: mutable, and turned into the frozen `Definition` at the end.

Everything that belongs to a scope holds the draft itself; numbers are given out once, when all drafts are known.
"""

from lepasserelle.model import NodeKind

CODE_KINDS = frozenset(
    {
        NodeKind.MODULE,
        NodeKind.NAMESPACE,
        NodeKind.CLASS,
        NodeKind.INTERFACE,
        NodeKind.STRUCT,
        NodeKind.ENUM,
        NodeKind.UNION,
        NodeKind.TYPE,
        NodeKind.FUNCTION,
        NodeKind.METHOD,
        NodeKind.CONSTRUCTOR,
        NodeKind.LAMBDA,
        NodeKind.MACRO,
        NodeKind.PROPERTY,
    }
)
"""Kinds that have code of their own when they have a body: what stands in it belongs to their scope."""


IS_TYPE = tuple([kind.is_type for kind in NodeKind])
"""`is_type` by the number of a kind: asked of every definition several times, and an enumeration's own answer is slow."""

IS_CALLABLE = tuple([kind.is_callable for kind in NodeKind])
_HAS_CODE = tuple([kind in CODE_KINDS for kind in NodeKind])
_PROPERTY = NodeKind.PROPERTY


class Draft:
    """One definition in the making. `head` is the first byte after the last decorator."""

    __slots__ = (
        "alias",
        "also",
        "bases",
        "body_end",
        "body_start",
        "bound",
        "callable",
        "calling",
        "clause",
        "clause_starts",
        "code",
        "decisions",
        "decorators",
        "documentation",
        "end",
        "flags",
        "global_names",
        "head",
        "inner_start",
        "kind",
        "lambdas",
        "name",
        "name_end",
        "name_start",
        "number",
        "parent",
        "receiver",
        "receiver_given",
        "receiver_root",
        "receiver_text",
        "signature_end",
        "start",
        "unnamed",
    )

    def __init__(self, name: str, kind: NodeKind, start: int, end: int, name_start: int) -> None:
        self.name = name
        self.kind = kind
        self.start = start
        self.end = end
        self.head = start
        self.name_start = name_start
        self.also = ""
        """A second name of its own."""
        self.name_end = -1
        """Where the name ends; -1 when it has none in the text."""
        self.body_start = end
        self.body_end = end
        self.inner_start = end
        """First byte at which something is a member of it: the body, or parameters before it that are members too."""
        self.parent: Draft | None = None
        self.flags = 0
        self.decorators: list[str] = []
        self.bases: list[str] = []
        self.documentation = ""
        self.receiver = ""
        self.receiver_given = False
        self.alias = ""
        """Chain of the type that it is another name of."""
        """The first parameter is the receiver, given before the dot (C#)."""
        self.receiver_text = ""
        """Name that means the receiver inside (`self`, Go's `r`)."""
        self.receiver_root = ""
        """What that name is lowered to."""
        self.clause = ""
        """Key shared by the clauses of one definition."""
        self.clause_starts: list[int] = []
        """First bytes of the second and later clauses."""
        self.signature_end = 0
        """Where the signature ends when that is not where the body begins (a declared type, a head without body)."""
        self.decisions = 0
        self.lambdas = 0
        self.calling = 0
        """What a call must give, packed (`model/calling.py`)."""
        self.unnamed = 0
        """Anonymous functions and anonymous types counted so far."""
        self.number = 0
        self.bound: set[str] = set()
        """Plain names that this scope binds."""
        self.global_names: set[str] = set()
        self.code = False
        self.callable = False

    def settle(self) -> None:
        """Derive what depends on the kind and the body; called whenever one of them changed."""
        kind = self.kind
        self.code = _HAS_CODE[kind] and (self.inner_start < self.body_end or self.body_start < self.body_end)
        self.callable = IS_CALLABLE[kind] or (kind is _PROPERTY and self.code)
