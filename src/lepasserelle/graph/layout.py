"""The format of the graph's sections: names, record layout, reason codes. Not the code that fills or reads them.

Numbering: a node below `external_base` is a definition, `files_base[file] + index in the file`; the rest are external nodes in
the order of their names. A target at or above `SET_BIT` is `SET_BIT | set`: an edge to a candidate set.

Every array is little-endian. The hot record takes 24 bytes; the file of a node is not in it, since nodes stand in file order.

Sections (N nodes, F files, E edges, S candidate sets, K distinct edge types)
---------------------------------------------------------------------------------------------------------------------------
nodes            u8[N, 24]   `HOT` records
by_name          u32[N]      nodes by (name, node)
also             u32[*, 2]   (string, node), sorted: second names of definitions
tall             u32[*, 2]   (node, line count) of nodes of 65535 lines or more
complexity       u8[N]       cyclomatic complexity, 255 and more in
complex          u32[*, 2]   (node, complexity)
names            u8[*]       all strings, UTF-8, sorted by bytes, each once;  names_end u32[*]  where each one ends
text             u8[*]       signature and documentation: zstd frames of `TEXT_BLOCK` nodes;  text_end u64[*]  where each one ends
files            u32[F, 3]   string of path, module, language;  files_base u32[F+1]  first node of each file, then external_base
out_start        u32[N+1]    edges of each source
in_start         u32[N+S+1]  edges to each node, then to each candidate set;  in_edge u32[E]  edge numbers
out_target       u32[E];  out_type u8[E]  row of
edge_types       u8[K, 3]    (kind, resolution, reason)
site_start       u32[N+1]    sites of each source's edges, in edge order
sites            u16[*]      line - start line of the source, with `MORE` set when the edge has another site; `FAR`: look in
far_sites        u32[*, 2]   (index in sites, line)
set_start        u32[S+1];   set_members u32[*]  nodes of each candidate set, ascending;  set_names u32[S]  name as written
member_sets      u32[*, 2]   (node, set), sorted: the sets that hold a node
bounds           u32[1]      1: the flow of values was cut short at its bound; 2, 4: `SHARED`, `LACKED_MEMORY`
---------------------------------------------------------------------------------------------------------------------------
"""

from enum import IntEnum
from typing import Final

import numpy as np

from lepasserelle.graph import definitions
from lepasserelle.model import Resolution

GRAPH_VERSION: Final = 104
"""Grows whenever sections of an older version cannot be read, or linking the same facts gives other edges."""

CUT_SHORT: Final = 1
"""Bits of section `bounds`: the flow of values ended at its bound of steps."""
SHARED: Final = 2
"""Copies of functions that keep decorated definitions apart took all the room that there is for them: others share one."""
LACKED_MEMORY: Final = 4
"""Beside `CUT_SHORT`: the bound was what memory was granted for, so that with more of it linking would say more."""

HOT: Final = np.dtype(
    [
        ("name", "<u4"),
        ("parent", "<u4"),
        ("start_byte", "<u4"),
        ("length", "<u4"),
        ("start_line", "<u4"),
        ("line_count", "<u2"),
        ("kind", "u1"),
        ("flags", "u1"),
    ]
)
"""One node. `parent` is a node or `NONE`; of an external node it is the string before the last dot (`json` of `json.dumps`)."""

NONE: Final = definitions.NONE
SET_BIT: Final = 0x8000_0000
MORE: Final = 0x8000
FAR: Final = 0x7FFF
TALL: Final = definitions.TALL
TEXT_BLOCK: Final = 64
"""Nodes in one compressed block of signatures and documentation."""
TEXT_BREAK: Final = b"\xff"
"""Ends each signature and each documentation; never part of UTF-8."""


class Reason(IntEnum):
    """How the target of an edge was found, strongest first: an edge stated twice keeps the stronger reason, but for `making`."""

    SCOPE = 0
    IMPORT = 1
    MEMBER = 2
    RECEIVER = 3
    PACKAGE = 4
    LITERAL = 5
    BUILTIN = 6
    DECORATOR = 7
    MADE = 8
    INHERITED = 20
    CONSTRUCTED = 21
    DECORATED = 22
    REDEFINED = 23
    EXTERNAL_BASE = 24
    GLOBAL = 33
    STAR = 25
    INCLUDED = 26
    SIBLING = 27
    ONLY_ONE = 28
    DECLARED = 29
    ASSIGNED = 30
    RETURNED = 31
    CONVENTION = 32
    FLOW = 34
    PROTOCOL = 35
    OVERRIDDEN = 36
    BELOW = 37
    MADE_OF_VALUE = 38
    HIERARCHY = 39
    FIXTURE = 40
    BOUNDED = 59
    SEVERAL = 60
    SAME_NAME = 61
    UNKNOWN = 62
    OVERLOADED = 63
    OVERRIDES = 64
    ABSTRACT = 65

    @property
    def resolution(self) -> Resolution:
        """What an edge found in this way may claim."""
        if self < Reason.INHERITED:
            return Resolution.EXACT
        return Resolution.INFERRED if self < Reason.BOUNDED else Resolution.AMBIGUOUS

    @property
    def making(self) -> "Reason":
        """What an edge is kept with that was found in this way, where a place of it makes an instance."""
        return Reason.MADE if self < Reason.INHERITED else Reason.MADE_OF_VALUE

    @property
    def words(self) -> str:
        """The reason as shown to people."""
        return _WORDS[self]


MAKING: Final = frozenset({Reason.MADE, Reason.MADE_OF_VALUE})
"""A read that makes an instance of the class, and enters something that is not the class's own constructor."""

NOT_INSIDE: Final = (Reason.BUILTIN, Reason.EXTERNAL_BASE, Reason.GLOBAL, Reason.UNKNOWN)
"""What no edge to a definition of the project says: that there is none."""

_WORDS: Final = {
    Reason.SCOPE: "defined in scope",
    Reason.IMPORT: "imported by name",
    Reason.MEMBER: "member of what is named before it",
    Reason.RECEIVER: "member of the receiver's class",
    Reason.PACKAGE: "defined in the same package",
    Reason.LITERAL: "method of a literal",
    Reason.BUILTIN: "built into the language",
    Reason.DECORATOR: "applied as a decorator",
    Reason.MADE: "an instance is made, by an inherited constructor or a metaclass",
    Reason.INHERITED: "found in a base class",
    Reason.CONSTRUCTED: "called on a new instance",
    Reason.DECORATED: "decorated; taken as the function below the decorator",
    Reason.REDEFINED: "one of several definitions of this name",
    Reason.EXTERNAL_BASE: "not defined in the project's classes, so the external base's",
    Reason.GLOBAL: "not defined in the project",
    Reason.STAR: "from the only external wildcard import",
    Reason.INCLUDED: "declared in an included file",
    Reason.SIBLING: "a file in the same folder",
    Reason.ONLY_ONE: "the only definition of this name",
    Reason.DECLARED: "declared type",
    Reason.ASSIGNED: "assigned to the variable",
    Reason.RETURNED: "returned by the callee",
    Reason.CONVENTION: "named like a class",
    Reason.FLOW: "a value that flows there",
    Reason.PROTOCOL: "called by the syntax, on a value that flows there",
    Reason.OVERRIDDEN: "the method of the receiver's type, which types below stand in for",
    Reason.BELOW: "declared type, or a class below it",
    Reason.MADE_OF_VALUE: "an instance is made of a class that flows there, by an inherited constructor or a metaclass",
    Reason.HIERARCHY: "what classes below, or a display, have there besides those that are followed",
    Reason.FIXTURE: "what pytest gives a parameter of this name",
    Reason.BOUNDED: "more values flow there than are followed",
    Reason.SEVERAL: "several values are possible",
    Reason.SAME_NAME: "unknown receiver; methods of this name",
    Reason.UNKNOWN: "unknown receiver; no definition of this name in the project",
    Reason.OVERLOADED: "several overloads take that many arguments",
    Reason.OVERRIDES: "stands in for the method of the receiver's type",
    Reason.ABSTRACT: "abstract, or one of those that say below what it does",
}
