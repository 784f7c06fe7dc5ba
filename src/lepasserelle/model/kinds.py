"""The closed vocabularies: kinds of nodes and edges, how an edge was resolved, what is known of a node.

The numbers are part of the index format: they are never reused or reordered, only added to.
"""

from enum import IntEnum, IntFlag


class NodeKind(IntEnum):
    """What a node of the graph is. One byte in the hot record."""

    MODULE = 0
    """A source file as a whole; its own top-level code belongs to it. Definition 0 of every file."""
    NAMESPACE = 1
    """A namespace, package block or inline module inside a file (C++, C#, Rust `mod`, TypeScript `namespace`)."""
    CLASS = 2
    INTERFACE = 3
    """An interface, trait, protocol, type class or behaviour."""
    STRUCT = 4
    ENUM = 5
    UNION = 6
    TYPE = 7
    """A type alias or a declared type without members of its own."""
    FUNCTION = 8
    METHOD = 9
    CONSTRUCTOR = 10
    LAMBDA = 11
    """An anonymous function, named `<lambda1>`, `<lambda2>`, … in source order within its scope."""
    VARIABLE = 12
    CONSTANT = 13
    FIELD = 14
    """A variable that belongs to a class or to its instances."""
    PROPERTY = 15
    ENUM_MEMBER = 16
    MACRO = 17
    SECTION = 18
    """A window of a text that no grammar parses: a Markdown heading, a TOML table, a run of lines."""
    EXTERNAL = 19
    """Something outside the project that its code names (`json.dumps`, `<builtin>.len`)."""

    @property
    def word(self) -> str:
        """The name shown to people and in JSON: lower case, words joined by an underscore."""
        return self.name.lower()

    @property
    def is_type(self) -> bool:
        """Whether other types can inherit from or implement a node of this kind."""
        return self in _TYPES

    @property
    def is_callable(self) -> bool:
        """Whether a node of this kind has a body that a call enters."""
        return self in _CALLABLES


_TYPES = frozenset({NodeKind.CLASS, NodeKind.INTERFACE, NodeKind.STRUCT, NodeKind.ENUM, NodeKind.UNION, NodeKind.TYPE})
_CALLABLES = frozenset({NodeKind.FUNCTION, NodeKind.METHOD, NodeKind.CONSTRUCTOR, NodeKind.LAMBDA, NodeKind.MACRO})


class NodeFlag(IntFlag):
    """What is known of a node beside its kind. One byte in the hot record."""

    EXPORTED = 1
    """Part of the public surface by the language's own rule (no leading underscore, `pub`, `public`, capital letter, `export`)."""
    TEST = 2
    """In a test file, or a test by the language's convention."""
    STATIC = 4
    CLASS_METHOD = 8
    ACCESSOR = 16
    """A method that is read like an attribute (Python `@property`, a getter)."""
    ASYNC = 32
    SECONDARY = 64
    """In generated, vendored or example code."""
    DECLARATION = 128
    """Has no body: a prototype, an overload, an abstract or interface method."""


class EdgeKind(IntEnum):
    """What an edge says of its source and its target."""

    CONTAINS = 0
    IMPORTS = 1
    CALLS = 2
    INHERITS = 3
    OVERRIDES = 4
    READS = 5
    WRITES = 6

    @property
    def word(self) -> str:
        """The name shown to people and in JSON."""
        return self.name.lower()


class Resolution(IntEnum):
    """How the target of an edge was found. An edge never claims more than what was proved."""

    EXACT = 0
    """Through scope, import or declared receiver, by the language's own rules."""
    INFERRED = 1
    """Through a stated reason that can fail at run time (the class assigned to a variable, a base class's method)."""
    AMBIGUOUS = 2
    """Several candidates: one edge to the set of them, and none of them is asserted."""

    @property
    def word(self) -> str:
        """The name shown to people and in JSON."""
        return self.name.lower()
