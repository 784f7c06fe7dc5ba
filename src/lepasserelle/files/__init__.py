"""Which files are sources, in which language, under which name: walking, ignore rules, secrets, fingerprints. Never parses."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lepasserelle.files.modules import ModuleNames, check_roots
    from lepasserelle.files.records import (
        FileEntry,
        SkipReason,
        Source,
        StaleCount,
        Walk,
        WalkRules,
        by_reason,
        os_path,
        path_from_os,
        path_to_os,
    )
    from lepasserelle.files.secrets import SECRET_RULES_VERSION
    from lepasserelle.files.source import fingerprint, read_source
    from lepasserelle.files.stale import count_stale
    from lepasserelle.files.walking import resolve_project, walk

__all__ = [
    "SECRET_RULES_VERSION",
    "FileEntry",
    "ModuleNames",
    "SkipReason",
    "Source",
    "StaleCount",
    "Walk",
    "WalkRules",
    "by_reason",
    "check_roots",
    "count_stale",
    "fingerprint",
    "os_path",
    "path_from_os",
    "path_to_os",
    "read_source",
    "resolve_project",
    "walk",
]

_HOMES = {
    "modules": ("ModuleNames", "check_roots"),
    "records": (
        "FileEntry",
        "SkipReason",
        "Source",
        "StaleCount",
        "Walk",
        "WalkRules",
        "by_reason",
        "os_path",
        "path_from_os",
        "path_to_os",
    ),
    "secrets": ("SECRET_RULES_VERSION",),
    "source": ("fingerprint", "read_source"),
    "stale": ("count_stale",),
    "walking": ("resolve_project", "walk"),
}
"""Loaded when first asked for: a question needs the version of rules and nothing of a walk."""

_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value
