"""What the JSON documents of all commands are stamped with. Imports next to nothing, so that a quick command may use it."""

from typing import Final

SCHEMA_VERSION: Final = 1
"""Version of the JSON documents. Keys are only ever added within a version."""
