"""Packages that are judged on, in every registry's spelling: `librust-tokio+full-dev`, `guzzlehttp/guzzle`,
`io.ktor:ktor-client-core`.

Invariant: a name is refused by what is left of it when what registries put around it is taken off, never by a part within a word.
"""

import re

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

_OTHER_NAMES = (
    "uv absl abseil-cpp fmtlib bats nlohmann-json jinja reduxjs lodash httpx2 hiredis valkey keydb redict redis-py ziglang "
    "telescope illuminate actionpack actionview actionmailer actioncable actiontext actionmailbox activesupport activerecord "
    "activemodel activejob activestorage railties tokio-rs gin-gonic go-chi guzzlehttp spdlog quart starlite messagepack "
    "react-redux"
)
RELATED = frozenset(_OTHER_NAMES.split())
"""Other names of theirs, forks and parts that are published apart."""

_FAMILY_NAMES = (
    "fastify trpc redux hono lodash pydantic-core vitest jackson commons-lang gson guzzle guzzlehttp monolog laravel illuminate "
    "sinatra rack rails tokio serde axum messagepack-csharp newtonsoft-json dapper ktor kotlinx-coroutines exposed cats circe "
    "http4s alamofire vapor rxswift snapkit phoenix plug ecto abseil absl fmt nlohmann curl redis valkey uv libuv bats aeson "
    "pandoc xmonad telescope zig zls express-serve"
)
FAMILIES = frozenset(_FAMILY_NAMES.split())
"""Those whose parts are packages of their own: `tokio-util`, `serde_derive`, `cats-core`, `phoenix_html`."""

_GLUED_NAMES = "jackson commons-lang pandoc xmonad kotlinx-coroutines newtonsoft messagepack-csharp gson http4s telescope"
_GLUED = tuple(_GLUED_NAMES.split())
"""Families whose parts' names go on without a hyphen (`commons-lang3`, `jackson2-core`)."""

_SCOPE_NAMES = "trpc reduxjs vitest zod fastify hono guzzlehttp laravel illuminate monolog tokio-rs gin-gonic go-chi sinatra redis"
_SCOPES = frozenset(_SCOPE_NAMES.split())
"""Owners all of whose packages are parts: `@vitest/runner`, `laravel/framework`."""

_BEFORE = re.compile(
    r"^(?:lib(?:rust|ghc|ruby|perl|php|lua|google|jetbrains|android)-|lib-?(?!uv)|ruby-|php-|lua-|haskell-|elixir-|erlang-|node-|"
    r"golang-(?:github|gopkg|google|golang|gitlab)-|golang-|python3?-|dotnet-|swift-|vim-|neovim-|rust-|ghc-|google-|r-cran-)"
)
_AFTER = re.compile(
    r"-(?:dev|types|stubs|java|perl|ruby|php|cil|src|source|doc|common|server|tools|core|openssl|gnutls|nss|slim|\d[a-z\d-]*|v\d[\d-]*)$"
)
_VERSION = re.compile(r"[-_.]v?\d[\w.+~]*$")
_DIGITS = re.compile(r"-?\d[\d-]*[a-z]?$")


def plain(name: str) -> str:
    """A name in small letters, its words joined by hyphens, without the features of a Rust package (`tokio+full`)."""
    return re.sub(r"[_.]", "-", re.sub(r"\+[\w-]+?(?=-dev$|$)", "", name.lower()))


_WHOLE = frozenset(plain(name) for name in EVALUATED) | RELATED


def is_refused_package(name: str) -> bool:
    """Whether it is one that is judged on, or a part or a fork of it, by its name in a registry."""
    *owners, own = re.split(r"[/:]", name.lower().removeprefix("@types/").replace("__", "/"))
    if plain(name) in _WHOLE or any(plain(owner.removeprefix("@")) in _SCOPES for owner in owners):
        return True
    return any(_is_refused_spelling(spelling) for spelling in _spellings(plain(own)))


def _is_refused_spelling(spelling: str) -> bool:
    words = spelling.split("-")
    heads = {"-".join(words[:count]) for count in range(1, len(words))}
    heads |= {head.rstrip("0123456789") for head in heads}
    return spelling in _WHOLE or spelling.startswith(_GLUED) or not FAMILIES.isdisjoint(heads)


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
    if name.startswith("golang-"):
        found |= {"-".join(words[at:]) for words in (spelling.split("-") for spelling in found) for at in range(1, len(words))}
    return found


def is_refused_folder(part: str) -> bool:
    """Whether a part of a path is the folder of a package in some version (`tokio-1.24.2`, `libuv-v1.44.2`) that is refused."""
    bare = _VERSION.sub("", part.lower())
    while bare != (shorter := _VERSION.sub("", bare)):
        bare = shorter
    return bare != part.lower() and is_refused_package(bare)
