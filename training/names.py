"""Packages that are judged on, in every registry's spelling: `librust-tokio+full-dev`, `guzzlehttp/guzzle`,
`io.ktor:ktor-client-core`.

Invariant: a name is refused by what is left of it when what registries put around it is taken off, never by a part within a word.
"""

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from training.affixes import cores, glued_cores, words_of

_PUBLIC_ANNOTATIONS = "aiohttp click fastapi httpx requests starlette axios redux trpc @trpc/server zod"
_HELD_OUT = "django werkzeug jinja2 pytest celery fastify lodash lodash-es expo-file-system"
_TASKS = "paramiko httpie hono execa got faraday ureq bbolt coreos-bbolt golang-github-coreos-bbolt-dev"
_TIMED = "sqlalchemy"
_FURTHER_ANNOTATIONS = (
    "flask pydantic pydantic-core model2vec express vitest gin cobra chi gson commons-lang jackson guzzle monolog laravel "
    "sinatra rack rails tokio serde axum messagepack-csharp newtonsoft.json dapper ktor kotlinx.coroutines exposed cats circe "
    "http4s alamofire vapor rxswift snapkit phoenix plug ecto abseil fmt json curl redis libuv bats-core nvm bash-it aeson "
    "pandoc xmonad telescope.nvim lazy.nvim mini.nvim zig zls zig-clap"
)
EVALUATED = frozenset(" ".join((_PUBLIC_ANNOTATIONS, _HELD_OUT, _TASKS, _TIMED, _FURTHER_ANNOTATIONS)).split())
"""Names of packages that are not learned from: encoder and ranking are judged on them, here or by others."""

LIST = Path(__file__).parent / "forks.tsv"
"""Forks, parts, former names and copies of them that are published apart, and why each is one; those called `other` are projects
of their own that one may take for such, and are not refused.
"""


class Fork(NamedTuple):
    """A row of `forks.tsv`."""

    name: str
    project: str
    what: str
    why: str


def forks() -> Iterator[Fork]:
    """Every row."""
    for line in LIST.read_text().splitlines()[1:]:
        yield Fork(*line.split("\t"))


_WHOLE_NAME = ", by its whole name"
RELATED = frozenset(fork.name for fork in forks() if fork.what != "other" and not fork.what.endswith(_WHOLE_NAME))
_PLAIN_WORDS = frozenset(fork.name for fork in forks() if fork.what.endswith(_WHOLE_NAME))
"""Of them those that say too little where a registry or an owner puts something around them (`@angular/router`, `libssh`)."""

_OTHERS = frozenset(fork.name for fork in forks() if fork.what == "other")
_MINI_NAMES = (
    "ai align animate base16 basics bracketed bufremove clue cmdline colors comment completion cursorword deps diff doc extra "
    "files fuzzy git hipatterns hues icons indentscope input jump jump2d keymap map misc move notify operators pairs pick sessions "
    "snippets splitjoin starter statusline surround tabline test trailspace visits"
)
_MINI_PARTS = frozenset(f"mini-{name}" for name in _MINI_NAMES.split())
"""Of mini.nvim, each published apart as well."""

_FAMILY_NAMES = (
    "fastify trpc redux hono lodash pydantic-core vitest jackson commons-lang gson guzzle guzzlehttp monolog laravel illuminate "
    "sinatra rack rails tokio serde axum messagepack-csharp newtonsoft-json dapper ktor kotlinx-coroutines exposed cats circe "
    "http4s alamofire vapor rxswift snapkit phoenix plug ecto abseil absl fmt nlohmann curl redis valkey uv libuv bats aeson "
    "pandoc xmonad telescope zig zls express-serve messagepack nvm model2vec nlohmann-json cobra gin-contrib lazyvim"
)
FAMILIES = frozenset(_FAMILY_NAMES.split())
"""Those whose parts are packages of their own: `tokio-util`, `serde_derive`, `cats-core`, `phoenix_html`."""

_GLUED_NAMES = (
    "jackson commons-lang pandoc xmonad kotlinx-coroutines newtonsoft messagepack-csharp gson http4s telescope alamofire rxswift "
    "snapkit"
)
_GLUED = tuple(_GLUED_NAMES.split())
"""Families whose parts' names go on without a hyphen (`commons-lang3`, `jackson2-core`)."""

_SCOPE_NAMES = "trpc reduxjs vitest zod fastify hono guzzlehttp laravel illuminate monolog tokio-rs gin-gonic go-chi sinatra redis"
_SCOPES = frozenset(_SCOPE_NAMES.split())
"""Owners all of whose packages are parts: `@vitest/runner`, `laravel/framework`."""

_BEFORE = re.compile(
    r"^(?:lib(?:rust|ghc|ruby|perl|php|lua|google|jetbrains|android)-|lib-?(?!uv)|ruby-|php-|lua-|haskell-|elixir-|erlang-|node(?:js)?-|"
    r"golang-(?:github|gopkg|google|golang|gitlab)-|golang-|python3?-|dotnet-|swift-|vim-|neovim-|rust-|ghc-|google-|r-cran-)"
)
_AFTER = re.compile(
    r"-(?:dev|types|stubs|java|perl|ruby|php|cil|src|source|doc|common|server|tools|core|openssl|gnutls|nss|slim|\d[a-z\d-]*|v\d[\d-]*)$"
)
_LONG_WAYS = ("golang-", "com-", "org-", "io-", "net-", "dev-", "jp-", "jillejr-")
"""Names that begin with where a project is: what is called so may stand at the end."""

_VERSION = re.compile(r"[-_.]v?\d[\w.+~]*$")
_DIGITS = re.compile(r"-?\d[\d-]*[a-z]?$")


def plain(name: str) -> str:
    """A name in small letters, its words joined by hyphens, without the features of a Rust package (`tokio+full`)."""
    return re.sub(r"[_.]+", "-", re.sub(r"\+[\w-]+?(?=-dev$|$)", "", name.lower()))


WHOLE = frozenset(plain(name) for name in EVALUATED) | RELATED | _MINI_PARTS
"""Every name that is refused as it stands."""

_LEAST_RUN_TOGETHER = 8
"""Letters: `jsonnet` is a language."""
_RUN_TOGETHER = frozenset(short for name in WHOLE if len(short := name.replace("-", "")) >= _LEAST_RUN_TOGETHER and short != name)
"""Names of several words as they are written without what stands between them: `commonslang`."""

_LOOSE = WHOLE - {"json"}
"""Those that a variant's word may stand beside: `json-lite` is anybody's."""


def is_refused_package(name: str) -> bool:
    """Whether it is one that is judged on, or a part or a fork of it, by its name in a registry."""
    if plain(name) in _OTHERS:
        return False
    *owners, own = re.split(r"[/:]", name.lower().removeprefix("@types/").replace("__", "/"))
    held = [plain(owner.removeprefix("@")) for owner in owners]
    if plain(name) in WHOLE | _PLAIN_WORDS or any(owner in _SCOPES or owner in WHOLE for owner in held):
        return True
    return any(_is_refused_spelling(spelling) or is_variant(spelling) for spelling in _spellings(plain(own)))


def is_variant(name: str, plain_words: Collection[str] = ()) -> bool:
    """Whether a name is a refused one and words that tell a copy or a variant of it. Beside one of `plain_words` only a copy's word
    tells anything.
    """
    bare = "-".join(words_of(name))
    for core, is_copy in cores(name):
        if core != bare and (core in WHOLE if is_copy else core in _LOOSE and core not in plain_words):
            return True
        if any(rest in _LOOSE and rest not in plain_words for rest in glued_cores(core)):
            return True
    return False


def is_family_member(name: str) -> bool:
    """Whether a name begins with that of a project whose parts are packages of their own."""
    words = name.split("-")
    heads = {"-".join(words[:count]) for count in range(1, len(words))}
    heads |= {head.rstrip("0123456789") for head in heads}
    return name.startswith(_GLUED) or not FAMILIES.isdisjoint(heads)


def _is_refused_spelling(spelling: str) -> bool:
    return spelling in WHOLE or spelling in _RUN_TOGETHER or is_family_member(spelling)


def _spellings(name: str) -> set[str]:
    """What is left when one after another of a registry's prefixes and suffixes is taken off; the ends of a path of Go."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        spelling = waiting.pop()
        if not spelling or spelling in found:
            continue
        found.add(spelling)
        waiting += [_BEFORE.sub("", spelling), _AFTER.sub("", spelling), _DIGITS.sub("", spelling)]
    if name.startswith(_LONG_WAYS):
        found |= {"-".join(words[at:]) for words in (spelling.split("-") for spelling in found) for at in range(1, len(words))}
    return found


def is_refused_owner(part: str) -> bool:
    """Whether a part of a path is the scope of a project that is judged on: `@vitest/spy`."""
    return part.startswith("@") and plain(part[1:]) in _SCOPES


def is_refused_folder(part: str) -> bool:
    """Whether a part of a path is the folder of a package in some version (`tokio-1.24.2`, `libuv-v1.44.2`) that is refused."""
    bare = _VERSION.sub("", part.lower())
    while bare != (shorter := _VERSION.sub("", bare)):
        bare = shorter
    return bare != part.lower() and is_refused_package(bare)
