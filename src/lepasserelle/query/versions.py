"""Which files belong to an older version of something that lies beside a newer one: `v3/errors.ts` where there is `v4/…`.

Not a judgement of age in general: a version alone is just a name. Invariant: pure; of one family of versions the newest is never
older.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

_VERSION = re.compile(r"(?:\A|/)v(\d{1,4})(?=/)", re.IGNORECASE)


@lru_cache(maxsize=1 << 13)
def _version_in(path: str) -> re.Match[str] | None:
    """Where a path says its version; the same paths are asked for by every question."""
    return _VERSION.search(path)


def superseded(paths: Mapping[int, str]) -> dict[int, str]:
    """File → its version (`v3`), of those files that have a newer version of their folder among `paths`."""
    found = {file: match for file, path in paths.items() if (match := _version_in(path))}
    newest: dict[str, int] = {}
    for file, match in found.items():
        around = paths[file][: match.start()]
        newest[around] = max(newest.get(around, 0), int(match[1]))
    return {file: f"v{match[1]}" for file, match in found.items() if int(match[1]) < newest[paths[file][: match.start()]]}
