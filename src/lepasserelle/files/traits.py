"""What a path says about the role of the code in it: a test (TEST), or vendored, generated or example code (SECONDARY).

Not here: what the syntax says. Invariant: traits depend on the path below the project and on the names in its folders, never on
where the project lies.
"""

from collections.abc import Collection
from typing import Final

from lepasserelle.late import late
from lepasserelle.model import NodeFlag


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TEST_FOLDERS: Final = frozenset(
    {"tests", "__tests__", "testdata", "test-data", "test_data", "e2e", "unittests", "__mocks__", "androidTest"}
)
_MAYBE_TEST_FOLDERS: Final = frozenset({"test", "spec", "specs", "Test", "Tests"})
"""Often tests, sometimes a library for testing (`django/test`): a name inside must agree, or `src` stand above (Maven, Gradle)."""

_SECONDARY_FOLDERS: Final = _words(
    """
    vendor vendored _vendor _vendored third_party third-party thirdparty 3rdparty externals node_modules bower_components
    examples samples demos fixtures __fixtures__ __snapshots__ generated __generated__ autogen cassettes
    """
)
_EXAMPLE_FOLDERS: Final = frozenset({"example", "sample", "demo"})
_REVERSED_DOMAINS: Final = frozenset({"com", "org", "net", "io", "dev"})
_OUTPUT_FOLDERS: Final = frozenset({"build", "dist", "out"})
_PROJECT_FILES: Final = frozenset(
    {"package.json", "pyproject.toml", "setup.py", "setup.cfg", "CMakeLists.txt", "Makefile", "meson.build", "build.xml", "go.mod"}
)

_TEST_FILE: Final = late(
    r"^test_.*\.pyi?$|_tests?\.py$|^(?:conftest|tests?)\.py$|_test\.(?:go|exs?|rb|rs|dart|lua|zig|c|cc|cpp|cxx|h|sh|js|ts|php|nim)$"
    r"|^test_.*\.(?:rb|sh|lua|c|cc|cpp|php|js|ts|zig)$|\.(?:test|spec|cy|e2e)\.[cm]?[jt]sx?$|_spec\.(?:rb|lua|js|ts)$"
    r"|(?:Test|Tests|TestCase|IT|Spec|Specs)\.(?:java|kt|kts|scala|cs|swift|php|groovy|hs)$|_unittest\.(?:c|cc|cpp|h)$|\.bats$"
)
_BUNDLE: Final = late(r"^cdn\.[cm]?js$|[.-](?:umd|iife|bundle|global)\.[cm]?js$")
"""A package's code once more, put together for browsers; their small forms (`.min.js`) are left out by what is in them."""


def is_test_name(name: str) -> bool:
    """Whether files of this name are tests by a language's convention."""
    return _TEST_FILE.search(name) is not None


def file_flags(name: str, folder_flags: int) -> int:
    """Traits of the file `name` in a folder with these traits."""
    if is_test_name(name):
        return folder_flags | NodeFlag.TEST.value
    return folder_flags | NodeFlag.SECONDARY.value if _BUNDLE.search(name) is not None else folder_flags


def folder_flags(name: str, above: str, parent_flags: int, beside: Collection[str], inside: Collection[str]) -> int:
    """Traits of the folder `name` below the folder `above` (empty: the project).

    `parent_flags` are those of `above` and pass on; `beside` are the names in `above`, `inside` those in the folder itself.
    """
    flags = parent_flags
    if name in _TEST_FOLDERS or (name in _MAYBE_TEST_FOLDERS and (above == "src" or any(map(is_test_name, inside)))):
        flags |= NodeFlag.TEST
    if _is_secondary(name, above, beside, inside):
        flags |= NodeFlag.SECONDARY
    return int(flags)


def _is_secondary(name: str, above: str, beside: Collection[str], inside: Collection[str]) -> bool:
    if name in _SECONDARY_FOLDERS:
        return True
    if name in _EXAMPLE_FOLDERS:
        return above not in _REVERSED_DOMAINS
    if name in _OUTPUT_FOLDERS:
        return "__init__.py" not in inside and not _PROJECT_FILES.isdisjoint(beside)
    return False
