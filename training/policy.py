"""What may be learned from: which packages are kept out because encoder and ranking are judged on them.

Invariant: what is refused here is in no training pair, neither as a package nor as a copy inside of another one.
"""

import re
from collections.abc import Iterable, Iterator

from training.names import EVALUATED, is_refused_folder

_ALIAS_NAMES = (
    "_pytest nlohmann absl abseil-cpp httpx2 reduxjs lodash.js express.js axios.js celery.py spdlog hiredis quart starlite "
    "guzzlehttp illuminate gin-gonic go-chi tokio-rs bats pydantic_core"
)
_ALIASES = frozenset(_ALIAS_NAMES.split())
"""Folders and files by which a copy of one of them shows itself, beside its own name; and close descendants."""

_PARTS = re.compile(r"(?:tokio|serde|axum|ktor|circe|http4s|vitest|laravel|monolog|xmonad)[-_][a-z]+")
"""Folders of their parts, in a copy of the workspace that they come from."""

_COPIES = re.compile(
    r"commons/lang\d*/|kotlinx[./]coroutines|newtonsoft|fasterxml/jackson|google/gson|data/aeson|text/pandoc|jetbrains/exposed"
    r"|(?:^|/)uv(?:\.h$|/(?:unix|win|errno|threadpool|version)\.h$)|curl/(?:curl|easy|multi|curlver)\.h$|json_fwd\.hpp$"
)
"""Paths of theirs by which a copy shows itself where no single folder's name tells it."""

_PLAIN_NAMES = "json fmt cats plug rack phoenix exposed curl click requests chi gin redis zig vapor rails express django flask got"
_NOT_A_COPY = frozenset(_PLAIN_NAMES.split())
"""Names that are also plain words, or that an integration carries (`contrib/django`): as a folder they do not tell a copy; as a
package they are refused, and `_vendor` folders are left out whole.
"""

_TELL_TALES = {
    name: frozenset(files.split())
    for name, files in {
        "click": "core.py decorators.py termui.py shell_completion.py",
        "requests": "api.py sessions.py adapters.py structures.py",
        "django": "db/models/base.py http/request.py urls/resolvers.py template/base.py",
        "flask": "blueprints.py ctx.py wrappers.py sansio/app.py",
        "rails": "paths.rb application/bootstrap.rb engine/configuration.rb",
        "active_support": "concern.rb callbacks.rb core_ext/hash.rb core_ext/object.rb",
        "active_record": "relation.rb associations.rb connection_handling.rb",
        "active_model": "attribute_methods.rb validations.rb dirty.rb",
        "action_controller": "metal.rb api.rb renderer.rb",
        "action_dispatch": "routing.rb journey.rb http/request.rb",
        "express": "application.js response.js view.js router/layer.js",
        "rack": "builder.rb lint.rb mock.rb utils.rb",
        "plug": "conn.ex builder.ex router/utils.ex",
        "phoenix": "endpoint.ex channel.ex socket.ex",
        "cats": "functor.scala applicative.scala monad.scala",
        "chi": "mux.go tree.go chain.go",
        "gin": "gin.go context.go routergroup.go",
        "fmt": "format.h core.h format-inl.h ostream.h ranges.h",
        "curl": "url.c multi.c easy.c transfer.c",
        "json": "json.hpp json_fwd.hpp",
        "redis": "server.c ae.c networking.c t_zset.c",
        "valkey": "server.c ae.c networking.c t_zset.c",
        "zig": "std/std.zig std/array_list.zig std/mem.zig compiler_rt.zig",
        "vapor": "application.swift request/request.swift routing/routesbuilder.swift",
        "exposed": "sql/table.kt sql/query.kt dao/entity.kt",
        "got": "create.ts core/index.ts create.js core/index.js",
    }.items()
}
"""Name that is a plain word, too → files that a copy of the project has in its folder. One of them in a folder of that name is left
out, two or more make the whole folder a copy. A client's own `requests` folder, `django` integration or `click` handlers stay.
"""

_INNER = r"(?:src/|lib/|include/|source/|dist/)*"
_NAMED = re.compile(r"[-_.]?\d[\d.]*$")
_VENDOR_WORDS = frozenset({"vendored", "thirdparty", "extern", "externals"})

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


def is_refused_path(path: str) -> bool:
    """Whether a file is a copy of something that is judged on, vendored, or a test."""
    lower = path.lower()
    *folders, _ = parts = lower.split("/")
    stems = {part.partition(".")[0] for part in parts} | set(parts)
    copies = (EVALUATED - _NOT_A_COPY) | _ALIASES
    if _COPIES.search(lower) or any(is_refused_folder(part) or _PARTS.fullmatch(part) for part in folders):
        return True
    if not _VENDOR_WORDS.isdisjoint(word for part in folders for word in re.split(r"[-_]", part)) or any(_told(lower)):
        return True
    return not stems.isdisjoint(copies) or not _VENDORED.isdisjoint(parts) or not _TESTS.isdisjoint(folders)


def copied_folders(paths: Iterable[str]) -> tuple[str, ...]:
    """The folders, with a stroke at the end and in small letters, in which two or more files tell a copy of a project whose name is
    a plain word.
    """
    told: dict[str, set[str]] = {}
    for path in paths:
        for folder, file in _told(path.lower()):
            told.setdefault(folder, set()).add(file)
    return tuple(sorted(folder for folder, files in told.items() if len(files) > 1))


def _told(path: str) -> Iterator[tuple[str, str]]:
    """(folder, file) for each folder of the path that is called as a project is, where the file is one that tells it."""
    parts = path.split("/")
    for depth, part in enumerate(parts[:-1], 1):
        rest = re.sub("^" + _INNER, "", "/".join(parts[depth:]))
        named = _NAMED.sub("", part)
        for name in {named, re.split(r"[-_]", named)[-1]} & _TELL_TALES.keys():
            if rest in _TELL_TALES[name]:
                yield "/".join(parts[:depth]) + "/", rest
