"""What may be learned from: which packages are kept out because encoder and ranking are judged on them.

Invariant: what is refused here is in no training pair, neither as a package nor as a copy inside of another one.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from training.affixes import words_of
from training.names import EVALUATED, WHOLE, is_family_member, is_refused_folder, is_refused_owner, is_variant, plain

_ALIAS_NAMES = (
    "_pytest nlohmann absl abseil-cpp httpx2 reduxjs lodash.js express.js axios.js celery.py spdlog hiredis quart starlite "
    "guzzlehttp illuminate gin-gonic go-chi tokio-rs bats pydantic_core"
)
_ALIASES = frozenset(_ALIAS_NAMES.split())
"""Folders and files by which a copy of one of them shows itself, beside its own name; and close descendants."""

_COPIES = re.compile(
    r"commons/lang\d*/|kotlinx[./]coroutines|newtonsoft|fasterxml/jackson|google/gson|data/aeson|text/pandoc|jetbrains/exposed"
    r"|(?:^|/)uv(?:\.h$|/(?:unix|win|errno|threadpool|version)\.h$)|curl/(?:curl|easy|multi|curlver)\.h$"
    r"|(?:^|/)json(?:_fwd)?\.hpp$|(?:^|/)lang[23]/|(?:^|/)lua/(?:telescope|lazy|lazyvim|mini)(?:/|\.lua$)"
    r"|messagepack/(?:resolvers|formatters|annotations|internal|unity)|typelevel/cats|spf13/cobra|pressly/chi|boltdb/bolt"
    r"|(?:^|/)sqlmapper(?:\.\w+)*\.cs$|(?:^|/)underscore(?:[-.][\w.-]+)?\.[cm]?js$|(?:^|/)(?:sds|zmalloc|adlist|quicklist|listpack|ziplist)\.[ch]$"
)
"""Paths of theirs by which a copy shows itself where no single folder's name tells it."""

_PLAIN_NAMES = (
    "json fmt cats plug rack phoenix exposed curl click requests chi gin redis zig vapor rails express django flask got "
    "valkey keydb redict uv jinja telescope httpcore activerecord actiontext"
)
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
        "lang": (
            "stringutils.java arrayutils.java classutils.java objectutils.java booleanutils.java systemutils.java validate.java "
            "wordutils.java stringescapeutils.java randomstringutils.java charutils.java"
        ),
        "messagepack": "messagepackserializer.cs messagepackwriter.cs messagepackreader.cs messagepackobjectattribute.cs",
        "got": "create.ts core/index.ts create.js core/index.js",
    }.items()
}
"""Name that is a plain word, too → files that a copy of the project has in its folder. One of them in a folder of that name is left
out, two or more make the whole folder a copy. A client's own `requests` folder, `django` integration or `click` handlers stay.
"""

_TOGETHER = 4
"""So many files of one project tell a copy in a folder of whatever name: `url.c`, `multi.c`, `easy.c` and `transfer.c` are curl's
wherever they lie, and one of them is anybody's. Not of commons-lang: `StringUtils` and `ClassUtils` are Spring's, too.
"""
_TELLING = {
    file: tuple(name for name, files in _TELL_TALES.items() if file in files and name != "lang")
    for file in {file for files in _TELL_TALES.values() for file in files if "/" not in file}
}

_FILE_NAMES = frozenset(plain(name) for name in EVALUATED - _NOT_A_COPY) | _ALIASES
"""A file is called after a fork or a part where something speaks with it (`litestar.py`), too."""

_PLAIN_OR_FORK = _NOT_A_COPY | (WHOLE - _FILE_NAMES)
_FOLDER_NAMES = _FILE_NAMES | (WHOLE - _NOT_A_COPY)
_INNER = r"(?:src/|lib/|include/|source/|dist/)*"
_NAMED = re.compile(r"[-_.]?\d[\d.]*$")
_VENDOR_WORD_NAMES = "vendored vendor vendors thirdparty 3rdparty extern externals repackaged jarjar"
_VENDOR_WORDS = frozenset(_VENDOR_WORD_NAMES.split())
_NO_VENDOR = re.compile(r"vendor[-_](?:ruby|perl|python|php)")
"""Where a distribution puts its own packages of a language."""

_VENDOR_NAMES = (
    "_vendor vendor _vendored vendored third_party third-party thirdparty node_modules external externals extern bundled deps "
    "shaded shade relocated rebundled 3rd_party 3rd-party extlibs"
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
    *folders, file = parts = lower.split("/")
    if _COPIES.search(lower) or any(is_refused_folder(part) or is_refused_owner(part) or _is_part(part) for part in folders):
        return True
    stems = (file.partition(".")[0], file.rpartition(".")[0])
    if (
        any(_is_copy(part.strip("_."), True) for part in folders)
        or any(_is_copy(stem, False) for stem in stems)
        or any(_told(lower))
    ):
        return True
    is_vendored = not _VENDORED.isdisjoint(parts) or any(_is_vendor(part) for part in folders)
    return is_vendored or not _TESTS.isdisjoint(folders)


@cache
def _is_vendor(folder: str) -> bool:
    return not _NO_VENDOR.fullmatch(folder) and not _VENDOR_WORDS.isdisjoint(re.split(r"[-_]", folder))


@cache
def _is_part(folder: str) -> bool:
    """Whether it is the folder of a part of theirs, in a copy of the workspace that it comes from (`tokio-util`)."""
    head, *rest = words_of(folder) or [""]
    return bool(rest or head not in WHOLE) and head not in _NOT_A_COPY and is_family_member(plain(folder))


@cache
def _is_copy(part: str, is_folder: bool) -> bool:
    """Whether a folder, or a file without its suffix, is called as a project is that is judged on, or as a variant of it."""
    bare, names = plain(part), _FOLDER_NAMES if is_folder else _FILE_NAMES
    return part in names or bare in names or part.partition(".")[0] in names or is_variant(bare, _PLAIN_OR_FORK)


def copied_folders(paths: Iterable[str]) -> tuple[str, ...]:
    """The folders, with a stroke at the end and in small letters, in which two or more files tell a copy of a project whose name is
    a plain word; and those of any other name in which `_TOGETHER` files of one project lie side by side.
    """
    told: dict[str, set[str]] = {}
    together: dict[tuple[str, str], set[str]] = {}
    for path in map(str.lower, paths):
        for folder, file in _told(path):
            told.setdefault(folder, set()).add(file)
        folder, _, file = path.rpartition("/")
        for name in _TELLING.get(file, ()):
            together.setdefault((folder, name), set()).add(file)
    renamed = {f"{folder}/" for (folder, _), files in together.items() if folder and len(files) >= _TOGETHER}
    return tuple(sorted({folder for folder, files in told.items() if len(files) > 1} | renamed))


def _told(path: str) -> Iterator[tuple[str, str]]:
    """(folder, file) for each folder of the path that is called as a project is, where the file is one that tells it."""
    parts = path.split("/")
    for depth, part in enumerate(parts[:-1], 1):
        rest = re.sub("^" + _INNER, "", "/".join(parts[depth:]))
        named = _NAMED.sub("", part)
        for name in {named, re.split(r"[-_]", named)[-1]} & _TELL_TALES.keys():
            if rest in _TELL_TALES[name]:
                yield "/".join(parts[:depth]) + "/", rest
