"""The words of the domain as frozen records: what a file says, what the graph holds, what an answer is.

Nothing here reads, writes or decides. Records that travel between processes or to disk are `msgspec.Struct`s in their
array form (field order is the format: fields are only ever appended, and `FACTS_VERSION` grows when their meaning
changes). Every other package may import this one; this one imports only msgspec and numpy's types.
"""

from lepasserelle.model.answers import (
    Analysis,
    CacheCheck,
    CacheFigures,
    CacheStats,
    ContextPart,
    Edge,
    IndexReport,
    MemoryReport,
    PartBytes,
    SearchHit,
    SegmentCheck,
    Skipped,
    Status,
    Symbol,
    Warmed,
    WarmReport,
)
from lepasserelle.model.facts import (
    FACTS_VERSION,
    Definition,
    FileFacts,
    Flow,
    FlowKind,
    Import,
    ImportFlag,
    Problem,
    Reference,
    Role,
)
from lepasserelle.model.kinds import EdgeKind, NodeFlag, NodeKind, Resolution
from lepasserelle.model.pages import Page, Remarks
from lepasserelle.model.requests import (
    CalleesRequest,
    CallersRequest,
    ContextRequest,
    FindSymbolRequest,
    Request,
    SearchRequest,
)
from lepasserelle.model.sections import Sections

__all__ = [
    "FACTS_VERSION",
    "Analysis",
    "CacheCheck",
    "CacheFigures",
    "CacheStats",
    "CalleesRequest",
    "CallersRequest",
    "ContextPart",
    "ContextRequest",
    "Definition",
    "Edge",
    "EdgeKind",
    "FileFacts",
    "FindSymbolRequest",
    "Flow",
    "FlowKind",
    "Import",
    "ImportFlag",
    "IndexReport",
    "MemoryReport",
    "NodeFlag",
    "NodeKind",
    "Page",
    "PartBytes",
    "Problem",
    "Reference",
    "Remarks",
    "Request",
    "Resolution",
    "Role",
    "SearchHit",
    "SearchRequest",
    "Sections",
    "SegmentCheck",
    "Skipped",
    "Status",
    "Symbol",
    "WarmReport",
    "Warmed",
]
