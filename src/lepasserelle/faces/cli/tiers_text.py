"""What lies in which tier, as lines of text."""

from collections.abc import Iterator, Mapping
from typing import Any

from lepasserelle.faces.cli.memory_text import title
from lepasserelle.faces.cli.output import bytes_text

Document = Mapping[str, Any]


def memory_tier_lines(document: Document) -> Iterator[str]:
    """What one process holds in memory."""
    caches = document["caches"]
    yield f"L1  memory of {title(document)}: {bytes_text(caches['cache_bytes'])}"
    for one in caches["caches"]:
        yield f"    {one['name']:<10}{one['entries']:>8}{bytes_text(one['resident_bytes']):>12}  {one['state']}"


def tier_lines(tier: Document) -> Iterator[str]:
    """One folder, and what lies in it."""
    files_bytes = sum(one["bytes"] for one in tier["contents"])
    held = f"{bytes_text(tier['held_bytes'])} of a quota of {bytes_text(tier['quota_bytes'])} taken"
    yield f"{tier['name']}  {tier['folder']}: {bytes_text(files_bytes)} in files; {held} ({tier['why']})"
    if tier["problem"]:
        yield f"    problem: {tier['problem']}"
    if tier["dropped"]:
        yield f"    {tier['dropped']} times an answer had to go and no tier had room"
    for one in tier["contents"]:
        yield f"    {one['what']:<10}{one['entries']:>8}{bytes_text(one['bytes']):>12}  {one['why']}"
