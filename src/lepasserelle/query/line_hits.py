"""Lines as hits: each with the definition around it. Not how lines are found (`query.lines`). Loads no numpy."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from lepasserelle.model import Remarks, SearchHit, TextMatch

if TYPE_CHECKING:
    from lepasserelle.graph.definitions import Definitions
    from lepasserelle.query.lines import Named


def line_hits(found: Sequence[TextMatch], names: "Named", definitions: "Definitions", mode: str) -> list[SearchHit]:
    """One a line, in their order."""
    return [_hit(match, names, definitions, mode) for match in found]


def _hit(match: TextMatch, names: "Named", definitions: "Definitions", mode: str) -> SearchHit:
    file = names.file_named(match.path)
    node = definitions.innermost(file, match.line, match.line)
    return SearchHit(
        path=match.path,
        start_line=match.line,
        end_line=match.line,
        symbol=definitions.qualified_name(node),
        kind=definitions.kind(node).word,
        language=names.file_language(file),
        score=1.0,
        snippet=match.text,
        why=(mode,),
        line=match.line,
    )


def hits_document(
    query: str, mode: str, hits: Sequence[SearchHit], stale: Remarks, left_out: Mapping[str, int], notes: Sequence[str]
) -> dict[str, object]:
    """Such hits as a record for JSON. `stale`: its figures of newer files. `left_out`: files without an index, by reason."""
    return {
        "query": query,
        "read_chars": len(query),
        "mode": mode,
        "hits": hits,
        "stale_files": stale.stale_files,
        "stale_is_lower_bound": stale.stale_is_lower_bound,
        "not_searched": left_out,
        "notes": notes,
    }
