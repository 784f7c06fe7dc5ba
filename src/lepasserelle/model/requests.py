"""What can be asked for as a bounded answer: one record a question, with bounds and a sentence for each argument.

Not how it is answered (`leindex.desk`) and not how it came (a command line, a tool call): both faces make these records, so that
they cannot differ. Invariant: a request that was converted by msgspec has every argument in its range.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

LINE_MODES = ("literal", "regex")
"""Modes of a search that find lines."""

MOST_ASKED_CHARS = 1_000_000
"""Of a question, of which `pages.MOST_QUESTION_CHARS` are read: who pastes a whole log is answered, and told."""

LEAST_TOKENS = 200
MOST_TOKENS = 50_000

Tokens = Annotated[int, Meta(ge=LEAST_TOKENS, le=MOST_TOKENS, description="Budget of the answer.")]
Cursor = Annotated[str, Meta(max_length=64, description="Of a cut answer: goes on there, all else as it was asked.")]
Name = Annotated[
    str,
    Meta(min_length=1, max_length=1000, description="`filter`, `QuerySet.filter` or the whole dotted name."),
]
Resolution = Annotated[
    Literal["exact", "inferred", "all"],
    Meta(description="Proved only, inferred too, or all with the ambiguous."),
]
Language = Annotated[str, Meta(max_length=64, description="Only this language (`python`, `typescript`, …).")]
KindWord = Annotated[str, Meta(max_length=64, description="Only this kind (`function`, `class`, `method`, …).")]
Glob = Annotated[str, Meta(max_length=1000, description="Only paths that match (`src/**/*.py`).")]


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every question has."""

    max_tokens: Tokens = 1000
    cursor: Cursor = ""


class SearchRequest(Request, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Places that answer a question or hold a text."""

    query: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=MOST_ASKED_CHARS,
            description="Words, a symbol, or (modes `literal`, `regex`) a text or pattern.",
        ),
    ]
    mode: Annotated[
        Literal["hybrid", "lexical", "semantic", "symbol", "literal", "regex"],
        Meta(description="`hybrid` ranks by words, meaning and names; `literal`, `regex` (RE2) find every line with a match."),
    ] = "hybrid"
    limit: Annotated[int, Meta(ge=1, le=200, description="Places at most; lines have no such limit.")] = 10
    flat: Annotated[bool, Meta(description="Further places of a file one by one, not folded under its best.")] = False
    path: Glob = ""
    language: Language = ""
    kind: KindWord = ""
    ignore_case: Annotated[bool, Meta(description="Of lines.")] = False
    whole_word: Annotated[bool, Meta(description="Of lines.")] = False
    max_tokens: Tokens = 1500


class ContextRequest(Request, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Code that answers a question, with what surrounds it."""

    question: Annotated[
        str, Meta(min_length=1, max_length=MOST_ASKED_CHARS, description="What you need the code for, in words or names.")
    ]
    path: Glob = ""
    language: Language = ""
    kind: KindWord = ""
    max_tokens: Tokens = 4000


class FindSymbolRequest(Request, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every definition with a name."""

    name: Name
    max_tokens: Tokens = 800


class CallersRequest(Request, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who calls it."""

    name: Name
    resolution: Resolution = "inferred"
    max_tokens: Tokens = 1000


class CalleesRequest(Request, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What it calls."""

    name: Name
    resolution: Resolution = "inferred"
    max_tokens: Tokens = 1000


class ImpactRequest(Request, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a change of it could reach."""

    name: Name
    depth: Annotated[int, Meta(ge=1, le=20, description="Steps to follow from caller to caller.")] = 3
    resolution: Resolution = "inferred"
    max_tokens: Tokens = 1500


class SliceRequest(Request, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The statements that a line depends on, or that depend on it."""

    place: Annotated[str, Meta(min_length=3, max_length=4096, description="`PATH:LINE`.")]
    variable: Annotated[str, Meta(max_length=500, description="Only the value that this has there (`total`, `self.items`).")] = ""
    direction: Annotated[Literal["backward", "forward"], Meta(description="What the line depends on, or what depends on it.")] = (
        "backward"
    )
    across_calls: Annotated[bool, Meta(description="Go on through calls, parameters and returned values.")] = False
    depth: Annotated[int, Meta(ge=0, le=20, description="Calls to follow, with across_calls.")] = 3
    max_tokens: Tokens = 1500


class OutlineRequest(Request, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is in a file or folder."""

    path: Annotated[str, Meta(max_length=4096, description="A file or a folder of the project; empty: the whole project.")] = ""
    max_tokens: Tokens = 1500


class ReadRequest(Request, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Lines of code."""

    target: Annotated[
        str, Meta(min_length=1, max_length=4096, description="A symbol (`QuerySet.filter`), `PATH:FIRST-LAST`, or `PATH`.")
    ]
    max_tokens: Tokens = 3000


class StatusRequest(Request, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is indexed, and how fresh it is."""

    max_tokens: Tokens = 600


class ReindexRequest(Request, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bring the index up to date."""

    wait_seconds: Annotated[int, Meta(ge=0, le=600, description="How long to wait for the end; it goes on anyway.")] = 20
    max_tokens: Tokens = 600


class MemoryRequest(Request, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Look at the caches, or have them go or come."""

    action: Annotated[
        Literal["statistics", "spill", "warm"],
        Meta(description="`statistics` only looks; `spill` gives memory back, `warm` loads ahead of need."),
    ] = "statistics"
    strategy: Annotated[
        Literal["all", "pdg_only", "search_index_only", "recent_first", "predicted"], Meta(description="What `warm` loads.")
    ] = "all"
    max_tokens: Tokens = 600


def question_of(request: Request) -> str:
    """What a request asks in words; empty for one that names something, or looks for a text or pattern as it stands."""
    if isinstance(request, ContextRequest):
        return request.question
    return request.query if isinstance(request, SearchRequest) and request.mode not in LINE_MODES else ""
