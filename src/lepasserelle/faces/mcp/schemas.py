"""The records of requests and answers as the JSON schemas that clients are shown.

Not the check of what a client sends (`model.request_from`): the schema and the check come from the same records.
"""

from typing import Any

import msgspec


def schema_of(record: type[msgspec.Struct]) -> dict[str, Any]:
    """The JSON schema of a record whose fields are texts, numbers, flags and words."""
    _, components = msgspec.json.schema_components([record])
    schema = dict(components[record.__name__])
    schema.pop("title", None)
    schema.pop("description", None)
    return schema
