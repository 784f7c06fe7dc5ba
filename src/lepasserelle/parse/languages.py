"""Which languages have a grammar, and their specs, imported when first asked for.

Importing this module loads no grammar and no spec: a worker that sees only Python never maps the C++ parser.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module

from lepasserelle.parse.spec import LanguageSpec

_MODULES: Mapping[str, str] = {
    "bash": "bash",
    "c": "c",
    "c_sharp": "c_sharp",
    "cpp": "cpp",
    "elixir": "elixir",
    "go": "go",
    "haskell": "haskell",
    "java": "java",
    "javascript": "javascript",
    "kotlin": "kotlin",
    "lua": "lua",
    "php": "php",
    "python": "python",
    "ruby": "ruby",
    "rust": "rust",
    "scala": "scala",
    "swift": "swift",
    "tsx": "tsx",
    "typescript": "typescript",
    "zig": "zig",
}


class _LazySpecs(Mapping[str, LanguageSpec]):
    """Language → spec; the module `specs.<language>` (its name `SPEC`) is imported on the first look."""

    def __init__(self, modules: Mapping[str, str]) -> None:
        self._modules = modules
        self._loaded: dict[str, LanguageSpec] = {}

    def __getitem__(self, language: str) -> LanguageSpec:
        spec = self._loaded.get(language)
        if spec is None:
            module = import_module(f"lepasserelle.parse.specs.{self._modules[language]}")
            spec = self._loaded[language] = module.SPEC
        return spec

    def __contains__(self, language: object) -> bool:
        return language in self._modules

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)


LANGUAGES: Mapping[str, LanguageSpec] = _LazySpecs(_MODULES)
"""Language → its spec, for those with a grammar."""
