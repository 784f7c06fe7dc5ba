"""Features: what an index is compared with before it is believed."""

from pathlib import Path

from lepasserelle.config import Settings
from lepasserelle.files import SECRET_RULES_VERSION
from lepasserelle.graph import GRAPH_VERSION
from lepasserelle.ingest.features import FEATURES, features_of
from lepasserelle.ingest.segments import KINDS
from lepasserelle.model import FACTS_VERSION


def test_the_versions_are_those_of_the_parts() -> None:
    """A part that grows its number grows it here; ingest does not import the parts just to ask them."""
    assert FEATURES["facts"] == FACTS_VERSION
    assert FEATURES["secrets"] == SECRET_RULES_VERSION
    assert FEATURES["graph"] == GRAPH_VERSION
    assert set(KINDS) < set(FEATURES)


def test_a_setting_that_segments_depend_on_is_among_them() -> None:
    """Another `exact_limit` builds the vectors anew; the number of workers builds nothing."""
    assert features_of(Settings(exact_limit=5), Path()) != features_of(Settings(), Path())
    assert features_of(Settings(workers=2), Path()) == features_of(Settings(), Path())
