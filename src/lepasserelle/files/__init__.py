"""Which files are sources, in which language, under which name: walking, ignore rules, secrets, fingerprints. Never parses."""

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
from lepasserelle.files.walk import resolve_project, walk

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
