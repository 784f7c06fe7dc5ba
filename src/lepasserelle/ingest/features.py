"""The versions of what is inside segments. An index with other ones is readable in form, but it is built anew."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lepasserelle.config import Settings
from lepasserelle.errors import ConfigError
from lepasserelle.files import SECRET_RULES_VERSION
from lepasserelle.model import FACTS_VERSION
from lepasserelle.storage.versions import VersionMismatch

if TYPE_CHECKING:
    from lepasserelle.storage import Manifest

FEATURES: Final[Mapping[str, int]] = {
    "facts": FACTS_VERSION,
    "secrets": SECRET_RULES_VERSION,
    "graph": 104,
    "lexical": 2,
    "vectors": 4,
    "words": 5,
    "text": 1,
    "trigrams": 2,
}
"""A builder's number grows when it would build something else out of the same facts."""

_ENCODER: Final = "encoder"
"""The feature of an index that was made with a model of the user's."""


def features_of(settings: Settings, project: Path) -> dict[str, int]:
    """The versions, and the settings that segments are built with: a run with other ones builds anew. Raises `ConfigError`."""
    return {**FEATURES, "exact_limit": settings.exact_limit, **_encoder(settings, project)}


def expect(manifest: "Manifest", settings: Settings, project: Path) -> None:
    """Raise `VersionMismatch` unless questions can be asked of it: by this version, and with the encoder that it was made with. A
    model of the user's that cannot be used gives up no index: what needs no model can be asked.
    """
    manifest.expect(FEATURES)
    try:
        wanted, found = _encoder(settings, project).get(_ENCODER, 0), manifest.features.get(_ENCODER, 0)
        if wanted != found:
            _check_model(settings.encoder_folder(project))
    except ConfigError:
        return
    if wanted != found:
        raise VersionMismatch(f"index's {_ENCODER}", found, wanted)


def _check_model(folder: Path | None) -> None:
    """Raise `ConfigError` for a model that cannot be used."""
    if folder is not None:
        from lepasserelle.vectors.static_model import open_model

        open_model(folder)


def _encoder(settings: Settings, project: Path) -> dict[str, int]:
    """The number of the user's own model, where there is one."""
    folder = settings.encoder_folder(project)
    if folder is None:
        return {}
    from lepasserelle.vectors.model_files import fingerprint

    return {_ENCODER: fingerprint(folder)}
