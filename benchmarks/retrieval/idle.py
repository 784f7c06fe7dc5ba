"""Why weights stay that earn nothing on the sets of the table: by the names of its rows."""

from typing import Final

REASONS: Final[dict[str, str]] = {}
