"""What a name alone tells against a file or folder: version control, dependencies, output, binaries, generated files, secrets.

Not here: what the content tells (see `content`, `secrets`), and what users exclude (see `ignore`). Invariant: a folder is left
out only when its name cannot mean sources (`node_modules`) or when something beside or inside it proves what it is (`target`
beside `Cargo.toml`); a plain `build`, `dist` or `vendor` is indexed and marked SECONDARY by `traits`. So with files.
"""

import re
from collections.abc import Collection
from typing import Final

from lepasserelle.files.records import SkipReason
from lepasserelle.late import late


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FOLDERS: Final[dict[str, SkipReason]] = {
    **dict.fromkeys(_words(".git .hg .svn .bzr _darcs CVS .jj .pijul"), SkipReason.VERSION_CONTROL),
    **dict.fromkeys(
        _words(
            """
            node_modules bower_components jspm_packages site-packages dist-packages __pypackages__ .tox .nox .eggs .yarn .pnpm-store
            .bundle elm-stuff .dart_tool .cargo .m2
            """
        ),
        SkipReason.DEPENDENCIES,
    ),
    **dict.fromkeys(
        _words(
            """
            __pycache__ .mypy_cache .pytest_cache .ruff_cache .hypothesis .cache .parcel-cache .turbo .leindex .ipynb_checkpoints
            .terraform .gradle .sass-cache .nyc_output .import_linter_cache .pytype .pyre zig-cache .zig-cache .ccls-cache .clangd
            .scannerwork .vs .idea
            """
        ),
        SkipReason.CACHE,
    ),
    **dict.fromkeys(
        _words(".next .nuxt .svelte-kit .angular .output zig-out .stack-work dist-newstyle htmlcov .build"), SkipReason.BUILD_OUTPUT
    ),
}

_BESIDE: Final[dict[str, frozenset[str]]] = {
    "target": frozenset({"Cargo.toml", "pom.xml", "build.sbt", "project.clj"}),
    "build": frozenset({"build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"}),
    "_build": frozenset({"mix.exs", "dune-project", "rebar.config"}),
    "deps": frozenset({"mix.exs", "rebar.config"}),
    "Pods": frozenset({"Podfile"}),
    "Carthage": frozenset({"Cartfile"}),
    "nimcache": frozenset(),
}
"""Folder name → names, one of which must stand beside it."""

_INSIDE: Final[tuple[tuple[str, SkipReason], ...]] = (
    ("pyvenv.cfg", SkipReason.DEPENDENCIES),
    ("conda-meta", SkipReason.DEPENDENCIES),
    ("CACHEDIR.TAG", SkipReason.CACHE),
    ("CMakeCache.txt", SkipReason.BUILD_OUTPUT),
)

_OUTPUT_OF_SRC: Final = frozenset({"dist", "build", "out"})
_NET_PROJECT: Final = (".csproj", ".fsproj", ".vbproj")


def folder_reason(name: str, beside: Collection[str]) -> SkipReason | None:
    """Why the folder `name` is left out, given the names that stand beside it; None: it is walked."""
    reason = _FOLDERS.get(name)
    if reason is not None:
        return reason
    if name.endswith((".egg-info", ".dist-info", ".egg", ".xcodeproj", ".dSYM")):
        return SkipReason.BUILD_OUTPUT
    if name in _BESIDE and not _BESIDE[name].isdisjoint(beside):
        return SkipReason.DEPENDENCIES if name in ("deps", "Pods", "Carthage") else SkipReason.BUILD_OUTPUT
    if name in _OUTPUT_OF_SRC and "package.json" in beside and "src" in beside:
        return SkipReason.BUILD_OUTPUT
    if name in ("bin", "obj") and any(other.endswith(_NET_PROJECT) for other in beside):
        return SkipReason.BUILD_OUTPUT
    return None


def content_reason(name: str, inside: Collection[str]) -> SkipReason | None:
    """Why the folder `name`, which holds the names `inside`, is left out; None: it is walked."""
    for marker, reason in _INSIDE:
        if marker in inside:
            return reason
    if name == "build" and any(other.startswith(("bdist.", "temp.", "lib.")) for other in inside):
        return SkipReason.BUILD_OUTPUT
    return None


_BINARY: Final = _words(
    """
    png jpg jpeg gif bmp ico icns tif tiff webp avif heic psd ai eps xcf sketch mp3 mp4 m4a m4v wav ogg oga ogv opus
    flac aac aiff avi mov mkv webm wmv flv ttf otf woff woff2 eot pfb pfm zip gz bz2 xz zst lz4 lzma br 7z rar tar tgz tbz
    txz jar war ear whl egg gem deb rpm apk ipa dmg iso img cab msi nupkg crate xpi pyc pyo pyd so dylib dll exe o a lib obj
    class wasm bc rlib rmeta elc beam hi ko bin pdb ilk node pdf doc docx xls xlsx ppt pptx odt ods odp epub
    mobi mo gmo sqlite sqlite3 db db3 mdb frm dbf npy npz pkl pickle h5 hdf5 parquet feather arrow avro orc pt pth onnx
    tflite pb safetensors gguf ckpt joblib rds rdata shp shx blend fbx glb 3ds stl swf fla pcap der cer crt
    keychain suo ds_store lnk swp swo
    """
)

_DATA: Final = _words("po pot xlf xliff arb csv tsv psv svg geojson topojson ndjson jsonl wkt gpx kml bib ris srt vtt")

_LOCK_FILES: Final = _words(
    """
    package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb poetry.lock Pipfile.lock uv.lock
    pdm.lock pylock.toml Cargo.lock Gemfile.lock composer.lock go.sum go.work.sum mix.lock flake.lock Podfile.lock
    gradle.lockfile packages.lock.json pubspec.lock deno.lock conda-lock.yml Package.resolved stack.yaml.lock
    cabal.project.freeze MODULE.bazel.lock buf.lock Chart.lock .terraform.lock.hcl Manifest.toml.lock
    """
)

_MINIFIED: Final = late(r"[.-]min\.(?:js|css|mjs|cjs|html)$|\.(?:bundle|chunk)\.(?:js|css)$")

_GENERATED: Final = late(
    r"_pb2(?:_grpc)?\.pyi?$|\.pb(?:\.gw|\.validate)?\.(?:go|cc|h|swift|c)$|_grpc\.pb\.(?:go|cc|h)$|_pb(?:_service)?\.(?:js|d\.ts|rb)$"
    r"|\.g(?:\.\w+)?\.(?:dart|cs)$|\.freezed\.dart$|\.designer\.(?:cs|vb)$|^zz_generated\..*\.go$|\.(?:gen|generated)\.\w+$"
    r"|_generated\.(?:go|rs|h|cc|ts)$|^moc_.*\.cpp$|^qrc_.*\.cpp$|\.(?:js|css|mjs|cjs)\.map$|\.snap$|\.tsbuildinfo$|\.orig$|\.rej$",
    re.IGNORECASE,
)

_SECRET_NAMES: Final = _words(
    """
    id_rsa id_dsa id_ecdsa id_ed25519 id_ecdsa_sk id_ed25519_sk .netrc _netrc .pgpass .my.cnf .htpasswd .git-credentials
    .pypirc .dockercfg .dockerconfigjson .vault-token .terraformrc credentials credentials.json credentials.yml
    credentials.yaml credentials.toml client_secret.json service-account.json service_account.json secrets.yml secrets.yaml
    secrets.json secrets.toml secrets.env master.key terraform.tfstate terraform.tfstate.backup .s3cfg .boto .kubeconfig
    kubeconfig application_default_credentials.json
    """
)
_SECRET: Final = late(
    r"\.(?:pem|p12|pfx|jks|keystore|bcfks|kdbx?|ppk|pkcs12|p8|tfvars|ovpn|asc\.key|gpg|env)$|(?:^|[._-])private[._-]?key$|\.key$"
    r"|^\.env(?:rc)?$|^\.env[._-].*$|\.env\.(?:local|prod|production|dev|development|staging|stage|test|live)$|^(?:service|client)[_-](?:account|secret)[_\w.-]*\.json$|\.tfvars\.json$"
)
_KEPT_ASIDE: Final = late(r"(?:~|\.(?:bak|backup|old|orig|save|swp))+$")
"""What editors and people put behind the name of a file that they keep: it holds what the file held."""
_KEPT_ENDINGS: Final = ("~", ".bak", ".backup", ".old", ".orig", ".save", ".swp", "\n")
"""Without one of these at its end a name has nothing of it (`$` stands before a line end, too). Asked first: it is faster."""
_SAMPLE: Final = late(r"(?:^|[._-])(?:example|sample|template|dist|defaults?|tpl|schema)(?:[._-]|$)")


VENDORED_FOLDERS: Final = _words("vendor vendored _vendor _vendored third_party third-party thirdparty 3rdparty externals")
"""Folders of other people's code."""


def distributed_copies(folder: str, names: Collection[str]) -> frozenset[str]:
    """Those of the names in a folder (path with `/`) of other people's code beside which their minified form stands: a library
    for browsers as it is distributed (`vendor/jquery/jquery.js` beside `jquery.min.js`), a dependency and no source of the project.
    """
    minified = [match for match in map(_SMALL_FORM.search, names) if match is not None]
    if not minified or VENDORED_FOLDERS.isdisjoint(folder.split("/")):
        return frozenset()
    return frozenset(names).intersection(match.string[: match.start()] + match.group(1) for match in minified)


_SMALL_FORM: Final = late(r"[.-]min(\.(?:js|css|mjs|cjs))$")
_ORDINARY: Final = _words(
    "py pyi c h cc cpp cxx hpp java kt scala rs go rb php lua swift zig hs ex exs cs sh js jsx ts tsx css html md rst"
)


def is_ordinary(name: str) -> bool:
    """Whether no rule here can be about a file of this name: `file_reason` is None, it is no secret. Far cheaper than those, and
    true of most names.
    """
    stem, _, extension = name.partition(".")
    if not stem or extension not in _ORDINARY:
        return False
    lower = stem.lower()
    return not ("pb" in lower or "generated" in lower or "-min" in lower or lower.startswith(("moc_", "qrc_")))


def secret_name(name: str) -> bool:
    """Whether files of this name usually hold secrets (`.env` does, `.env.example` does not)."""
    lower = name.lower()
    if lower.endswith(_KEPT_ENDINGS):
        lower = _KEPT_ASIDE.sub("", lower)
    if lower in _SECRET_NAMES:
        return True
    return _SECRET.search(lower) is not None and _SAMPLE.search(lower) is None


_LOGINS: Final = "/.docker/config.json"


def secret_place(path: str) -> bool:
    """Whether a file with a common name holds secrets because of the folder that it stands in (path with `/`), in any case."""
    return path[-5:].lower() == ".json" and f"/{path}".lower().endswith(_LOGINS)


def file_reason(name: str) -> SkipReason | None:
    """Why a file of this name is left out whatever it holds; None: it may be a source. Secrets are asked for apart."""
    extension = name[name.rfind(".") + 1 :].lower() if "." in name else ""
    if extension in _BINARY:
        return SkipReason.BINARY
    if extension in _DATA:
        return SkipReason.DATA
    if name in _LOCK_FILES:
        return SkipReason.LOCK_FILE
    if _MINIFIED.search(name):
        return SkipReason.MINIFIED
    if _GENERATED.search(name):
        return SkipReason.GENERATED
    return None
