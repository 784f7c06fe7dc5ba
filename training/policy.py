"""What may be learned from: which packages are kept out because encoder and ranking are judged on them.

Invariant: what is refused here is in no training pair, neither as a package nor as a copy inside of another one.
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

_ALIAS_NAMES = "_pytest nlohmann absl httpx2 reduxjs lodash.js express.js axios.js celery.py spdlog hiredis quart starlite"
_ALIASES = frozenset(_ALIAS_NAMES.split())
"""Folders and files by which a copy of one of them shows itself, beside its own name; and close descendants."""

_FAMILY_NAMES = "jackson commons-lang pandoc xmonad kotlinx-coroutines newtonsoft-json messagepack-csharp gson http4s telescope"
_FAMILIES = tuple(_FAMILY_NAMES.split())
"""Beginnings of names of packages that are parts, versions or extensions of one of them (`commons-lang3`, `jackson-databind`)."""

_COPIES = re.compile(r"commons/lang\d*/|kotlinx[./]coroutines|newtonsoft|fasterxml/jackson|google/gson|data/aeson|text/pandoc")
"""Paths of theirs by which a copy shows itself where no single folder's name tells it."""

_PLAIN_NAMES = "json fmt cats plug rack phoenix exposed curl click requests chi gin redis zig vapor rails express django flask got"
_NOT_A_COPY = frozenset(_PLAIN_NAMES.split())
"""Names that are also plain words, or that an integration carries (`contrib/django`): as a folder they do not tell a copy; as a
package they are refused, and `_vendor` folders are left out whole.
"""

_DECORATION = re.compile(
    r"^(?:lib(?:rust|ruby)?-?|ruby-|php-|lua-|haskell-|node-|golang-github-[a-z0-9]+-|python3?-|@types/)"
    r"|-(?:dev|types|stubs|java|perl)$"
)
"""What registries put around a project's own name."""

_VENDOR_NAMES = (
    "_vendor vendor _vendored vendored third_party third-party thirdparty node_modules external externals extern bundled deps"
)
_VENDORED = frozenset(_VENDOR_NAMES.split())
_TEST_NAMES = "test tests testing __tests__ spec specs e2e benchmarks bench examples example fixtures __mocks__ mocks testdata"
_TESTS = frozenset(_TEST_NAMES.split())


_FOREIGN_HEAD = re.compile(
    rb"General Public Licen[sc]e|\bA?L?GPL|Creative Commons|CC[- ]BY-SA|Mozilla Public|All rights reserved\\.? Proprietary",
    re.IGNORECASE,
)
_HEAD_BYTES = 2_000


def has_foreign_head(data: bytes) -> bool:
    """Whether a file's own head names a licence that its package's general one does not cover."""
    return _FOREIGN_HEAD.search(data, 0, _HEAD_BYTES) is not None


def is_refused_package(name: str) -> bool:
    """Whether it is one that is judged on, by its name in a registry (`ruby-rack`, `librust-serde-dev`, `@types/lodash`)."""
    plain = re.sub(r"[_.]", "-", name.lower())
    cut = _DECORATION.sub("", plain)
    names = {name.lower(), plain, cut, re.sub(r"-[0-9.]*-?dev$", "", cut)}
    return not names.isdisjoint(EVALUATED) or cut.startswith(_FAMILIES)


def is_refused_path(path: str) -> bool:
    """Whether a file is a copy of something that is judged on, vendored, or a test."""
    parts = path.lower().split("/")
    stems = {part.partition(".")[0] for part in parts} | set(parts)
    copies = (EVALUATED - _NOT_A_COPY) | _ALIASES
    if _COPIES.search(path.lower()):
        return True
    return not stems.isdisjoint(copies) or not _VENDORED.isdisjoint(parts) or not _TESTS.isdisjoint(parts[:-1])
