"""Loads grammars and compiles queries, once a process and language.

The only module that constructs tree-sitter objects. A `Grammar` is not thread-safe: one call at a time uses its parser and cursor.
"""

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

from tree_sitter import Language, Parser, Query, QueryCursor

from lepasserelle.parse.captures import Roles, roles_of
from lepasserelle.parse.kinds import learn
from lepasserelle.parse.languages import LANGUAGES
from lepasserelle.parse.spec import LanguageSpec

MAX_DEPTH = 4_000
"""Levels of the tree below which nothing is looked for. A pattern that waits for its last child is a state of the cursor at every
level, so time grows with the square of the depth; beyond 65 535 levels the cursor's 16-bit depth even wraps around (44 s for one
member expression of 80 000 parts). Code written by people stays below 200."""

_QUERIES = Path(__file__).with_name("queries")
"""By path: `importlib.resources` would cost a worker a tenth of its start."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """What is needed to read files of one language."""

    spec: LanguageSpec
    language: Language
    parser: Parser
    cursor: QueryCursor
    roles: Roles
    errors: QueryCursor
    """Finds ERROR and MISSING nodes; run only when the tree has some."""


def query_text(spec: LanguageSpec) -> str:
    """The text of the spec's query files, joined."""
    return "\n".join((_QUERIES / f"{name}.scm").read_text("utf-8") for name in (spec.query or spec.name).split("+"))


@cache
def grammar(language: str) -> Grammar:
    """The grammar of a language of `LANGUAGES`; KeyError for any other."""
    spec = LANGUAGES[language]
    module, function = spec.grammar
    loaded = Language(getattr(import_module(module), function)())
    text = query_text(spec)
    query = Query(loaded, text)
    learn(language, loaded)
    return Grammar(
        spec=spec,
        language=loaded,
        parser=Parser(loaded),
        cursor=_bounded(query),
        roles=roles_of(query, text.encode()),
        errors=_bounded(Query(loaded, "(ERROR) @error (MISSING) @missing")),
    )


def _bounded(query: Query) -> QueryCursor:
    cursor = QueryCursor(query)
    cursor.set_max_start_depth(MAX_DEPTH)
    return cursor
