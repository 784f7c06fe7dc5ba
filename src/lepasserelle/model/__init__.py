"""The words of the domain as frozen records: what a file says, what the graph holds, what an answer is.

Nothing here reads, writes or decides. Records that travel between processes or to disk are `msgspec.Struct`s in their
array form (field order is the format: fields are only ever appended, and `FACTS_VERSION` grows when their meaning
changes). Every other package may import this one; this one imports only msgspec.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lepasserelle.model.answers import (
        CUT_SHORT,
        CUT_SHORT_NOTE,
        Analysis,
        CacheCheck,
        CacheFigures,
        CacheStats,
        ContextPart,
        Edge,
        FurtherPlace,
        IndexReport,
        MemoryReport,
        PartBytes,
        Prediction,
        SearchHit,
        SegmentCheck,
        Skipped,
        Status,
        Symbol,
        Warmed,
        WarmReport,
    )
    from lepasserelle.model.converting import check_request, request_from
    from lepasserelle.model.facts import (
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
    from lepasserelle.model.facts_version import FACTS_VERSION
    from lepasserelle.model.kinds import EdgeKind, NodeFlag, NodeKind, Resolution
    from lepasserelle.model.looking import (
        FileOutline,
        FolderEntry,
        FolderOutline,
        Impact,
        OutlineEntry,
        Reached,
        Reading,
        Relation,
        TextMatch,
    )
    from lepasserelle.model.pages import Page, Remarks, newer_told
    from lepasserelle.model.requests import (
        LEAST_TOKENS,
        LINE_MODES,
        MOST_TOKENS,
        CalleesRequest,
        CallersRequest,
        ContextRequest,
        FindSymbolRequest,
        ImpactRequest,
        MemoryRequest,
        OutlineRequest,
        ReadRequest,
        ReindexRequest,
        Request,
        SearchRequest,
        SliceRequest,
        StatusRequest,
    )
    from lepasserelle.model.sections import Derivation, Empty, Sections, Views

__all__ = [
    "CUT_SHORT",
    "CUT_SHORT_NOTE",
    "FACTS_VERSION",
    "LEAST_TOKENS",
    "LINE_MODES",
    "MOST_TOKENS",
    "Analysis",
    "CacheCheck",
    "CacheFigures",
    "CacheStats",
    "CalleesRequest",
    "CallersRequest",
    "ContextPart",
    "ContextRequest",
    "Definition",
    "Derivation",
    "Edge",
    "EdgeKind",
    "Empty",
    "FileFacts",
    "FileOutline",
    "FindSymbolRequest",
    "Flow",
    "FlowKind",
    "FolderEntry",
    "FolderOutline",
    "FurtherPlace",
    "Impact",
    "ImpactRequest",
    "Import",
    "ImportFlag",
    "IndexReport",
    "MemoryReport",
    "MemoryRequest",
    "NodeFlag",
    "NodeKind",
    "OutlineEntry",
    "OutlineRequest",
    "Page",
    "PartBytes",
    "Prediction",
    "Problem",
    "Reached",
    "ReadRequest",
    "Reading",
    "Reference",
    "ReindexRequest",
    "Relation",
    "Remarks",
    "Request",
    "Resolution",
    "Role",
    "SearchHit",
    "SearchRequest",
    "Sections",
    "SegmentCheck",
    "Skipped",
    "SliceRequest",
    "Status",
    "StatusRequest",
    "Symbol",
    "TextMatch",
    "Views",
    "WarmReport",
    "Warmed",
    "check_request",
    "newer_told",
    "request_from",
]

_HOMES = {
    "answers": (
        "CUT_SHORT",
        "CUT_SHORT_NOTE",
        "Analysis",
        "CacheCheck",
        "CacheFigures",
        "CacheStats",
        "ContextPart",
        "Edge",
        "FurtherPlace",
        "IndexReport",
        "MemoryReport",
        "PartBytes",
        "Prediction",
        "SearchHit",
        "SegmentCheck",
        "Skipped",
        "Status",
        "Symbol",
        "Warmed",
        "WarmReport",
    ),
    "converting": ("check_request", "request_from"),
    "facts_version": ("FACTS_VERSION",),
    "facts": (
        "Definition",
        "FileFacts",
        "Flow",
        "FlowKind",
        "Import",
        "ImportFlag",
        "Problem",
        "Reference",
        "Role",
    ),
    "kinds": (
        "EdgeKind",
        "NodeFlag",
        "NodeKind",
        "Resolution",
    ),
    "looking": (
        "FileOutline",
        "FolderEntry",
        "FolderOutline",
        "Impact",
        "OutlineEntry",
        "Reached",
        "Reading",
        "Relation",
        "TextMatch",
    ),
    "pages": (
        "Page",
        "Remarks",
        "newer_told",
    ),
    "requests": (
        "LEAST_TOKENS",
        "LINE_MODES",
        "MOST_TOKENS",
        "CalleesRequest",
        "CallersRequest",
        "ContextRequest",
        "FindSymbolRequest",
        "ImpactRequest",
        "MemoryRequest",
        "OutlineRequest",
        "ReadRequest",
        "ReindexRequest",
        "Request",
        "SearchRequest",
        "SliceRequest",
        "StatusRequest",
    ),
    "sections": (
        "Derivation",
        "Empty",
        "Sections",
        "Views",
    ),
}
"""Loaded when first asked for: making a class of records takes a tenth of a millisecond, and a question needs few of them."""

_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value
