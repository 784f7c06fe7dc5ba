"""The versions of what is inside segments. An index with other ones is readable in form, but it is built anew."""

from collections.abc import Mapping
from typing import Final

from lepasserelle.config import Settings
from lepasserelle.files import SECRET_RULES_VERSION
from lepasserelle.model import FACTS_VERSION

FEATURES: Final[Mapping[str, int]] = {
    "facts": FACTS_VERSION,
    "secrets": SECRET_RULES_VERSION,
    "graph": 15,
    "lexical": 1,
    "vectors": 2,
    "words": 2,
    "text": 1,
    "trigrams": 1,
}
"""A builder's number grows when it would build something else out of the same facts."""


def features_of(settings: Settings) -> dict[str, int]:
    """The versions, and the settings that segments are built with: a run with other ones builds anew, a question does not mind."""
    return {**FEATURES, "exact_limit": settings.exact_limit}
