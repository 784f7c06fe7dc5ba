"""The tools: what each is called, what is said of it, and the request that its arguments make.

Not the protocol (`server`). Descriptions are read by language models: a first sentence that says when to use the tool, then what
comes back. Invariant: every tool that answers with a page takes `max_tokens` and `cursor`.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from lepasserelle.model import (
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


class Tool(msgspec.Struct, frozen=True):
    """One tool as a client sees it."""

    name: str
    title: str
    description: str
    arguments: type[Request]
    changes: bool = False
    """It does something beside answering."""


TOOLS: Final[tuple[Tool, ...]] = (
    Tool(
        "search",
        "Search code",
        "Find the places in this project that answer a question or hold a name: use it before grepping or opening files. "
        "Gives paths, lines, symbols and the lines that say most. mode=literal lists every line with an exact text, "
        "mode=regex with a pattern.",
        SearchRequest,
    ),
    Tool(
        "context",
        "Gather code for a task",
        "Get the code needed to understand or change something, in one call: definitions that answer the question and "
        "what is near to them in the graph, whole or as heads, packed into max_tokens.",
        ContextRequest,
    ),
    Tool(
        "find_symbol",
        "Find definitions",
        "Find where a function, class, method or variable is defined, with signature and first line of documentation.",
        FindSymbolRequest,
    ),
    Tool(
        "callers",
        "Who calls it",
        "List who calls a function or method, or reads a property, with files and lines. Each says how sure it is: plain is "
        "proved, ~ inferred, ? ambiguous.",
        CallersRequest,
    ),
    Tool(
        "callees",
        "What it calls",
        "List what a function or method calls, with files and lines, marked like callers.",
        CalleesRequest,
    ),
    Tool(
        "impact",
        "What a change reaches",
        "Before changing something, list what could break: callers of callers by distance, subclasses, overriding methods, users "
        "of a variable, and the tests that reach it.",
        ImpactRequest,
    ),
    Tool(
        "slice",
        "What a line depends on",
        "Explain a value: the statements that a line depends on (backward), or that depend on it (forward), each with its reason, "
        "within its function or across calls.",
        SliceRequest,
    ),
    Tool(
        "outline",
        "Outline of a file or folder",
        "See what a file defines (with lines and signatures), or what a folder holds, without reading it.",
        OutlineRequest,
    ),
    Tool(
        "read",
        "Read code",
        "Read one symbol or some lines, with its place in the graph: what it is in, overrides, calls and is called by. Cheaper "
        "than reading the file.",
        ReadRequest,
    ),
    Tool(
        "index_status", "State of the index", "Check what is indexed, how fresh it is, and whether indexing goes on.", StatusRequest
    ),
    Tool(
        "reindex",
        "Update the index",
        "Bring the index up to date after files changed; only what changed is parsed. The old index answers meanwhile.",
        ReindexRequest,
        changes=True,
    ),
    Tool(
        "memory",
        "Memory of the index",
        "See how much memory the index holds, give it back (spill) or load it ahead of need (warm).",
        MemoryRequest,
        changes=True,
    ),
)

BY_NAME: Final[Mapping[str, Tool]] = {tool.name: tool for tool in TOOLS}

INSTRUCTIONS: Final = (
    "An index of one project's code. Names may be simple (`filter`), partial (`QuerySet.filter`) or dotted. Paths are relative "
    "to the project. An answer that was cut ends with a cursor: repeat the call with it. A place is `line` or `first-last` under "
    "its path."
)
