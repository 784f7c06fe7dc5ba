"""The recipe of the trained words in miniature: archives in, a table out; and what it refuses to learn from."""

import io
import json
import sys
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from lepasserelle.vectors.letters import buckets_of
from lepasserelle.vectors.sparse import product
from lepasserelle.vectors.words import WORDS_VERSION, Words
from training.archives import read_archive
from training.evaluate import by_language, mean_reciprocal_ranks
from training.extract import LANGUAGE_OF, Shard, extract, extract_all, file_pairs
from training.fetch import wanted
from training.letters import RARE_PAIRS, Letters, as_encoded, learned_buckets
from training.licences import is_permissive
from training.names import is_refused_package
from training.pairs import Pairs, gather, kept_apart, read_shards
from training.policy import has_foreign_head, is_refused_path
from training.quantise import read, to_unit, write
from training.run import learned
from training.together import together
from training.train import Recipe, batches, between, grown, initial, near_first, taken, train

_NOUNS = "session cookie header ticket invoice basket account message folder picture button window packet socket thread vector"
NOUNS = _NOUNS.split()
SAID_AND_WRITTEN = {"remove": "delete", "make": "create", "fetch": "load", "change": "update"}
RECIPE = Recipe(dimensions=24, epochs=30, batch=32, packages_a_batch=2, rate=0.1, balance=1.0)


def module(shift: int) -> str:
    """Functions whose documentation uses other verbs than their names."""
    lines = []
    for number, noun in enumerate(NOUNS):
        for said, written in SAID_AND_WRITTEN.items():
            other = NOUNS[(number + shift) % len(NOUNS)]
            head = f"def {written}_{noun}(self, {other}):"
            lines.append(f'{head}\n    """{said.title()} the {noun} of a {other}."""\n    return self.{other}\n')
    return "\n\n".join(lines)


def wheel(folder: Path, name: str, files: dict[str, str], licence: str = "MIT License") -> Path:
    """A wheel with metadata and these files."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            f"{name}-1.0.dist-info/METADATA", f"Name: {name}\nVersion: 1.0\nClassifier: License :: OSI Approved :: {licence}\n"
        )
        for inner, text in files.items():
            archive.writestr(inner, text)
    return path


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Those of five small packages, one of them (`mini18`) for development."""
    folder = tmp_path_factory.mktemp("training")
    for shift, name in enumerate(("minia", "minib", "minic", "minid", development_name()), 1):
        wheel(folder, name, {f"{name}/shop.py": module(shift)})
    extract_all(folder, folder / "shards")
    return folder / "shards"


@pytest.fixture(scope="module")
def pairs(shards: Path) -> Pairs:
    """What is in them."""
    return gather(read_shards(shards))


def development_name() -> str:
    """A name that its hash puts among the packages for development."""
    from training.pairs import _is_development

    return next(name for name in (f"mini{number}" for number in range(1000)) if _is_development(f"pypi:{name}"))


def test_the_recipe_learns_which_words_are_said_for_which(pairs: Pairs) -> None:
    """`remove` comes near `delete`, and the right definition is found more often, also where no word is shared."""
    before, after = initial(pairs, RECIPE), train(pairs, RECIPE, told=False)
    number = {word: at for at, word in enumerate(pairs.vocabulary)}

    def cosine(table: np.ndarray, left: str, right: str) -> float:
        one, other = table[number[left]], table[number[right]]
        return float(one @ other / np.sqrt((one @ one) * (other @ other)))

    assert cosine(after, "remov", "delet") > max(0.5, cosine(before, "remov", "delet"))
    assert cosine(after, "remov", "delet") > cosine(after, "remov", "creat")
    assert pairs.is_development.any()
    assert not pairs.is_development.all()
    assert mean_reciprocal_ranks(pairs, after)[0] > mean_reciprocal_ranks(pairs, before)[0]


def test_equal_seeds_give_equal_tables_and_the_file_is_read_back(pairs: Pairs, tmp_path: Path) -> None:
    """To the byte; and the index's reader finds each word."""
    short = Recipe(dimensions=8, epochs=2, batch=32, packages_a_batch=2)
    first, second = train(pairs, short, told=False), train(pairs, short, told=False)
    assert first.tobytes() == second.tobytes()
    size_bytes = write(tmp_path / "words.table", pairs.vocabulary, first, version=9)
    words = Words(tmp_path / "words.table")
    assert (tmp_path / "words.table").stat().st_size == size_bytes
    assert (len(words), words.dimensions, words.version) == (len(pairs.vocabulary), 8, 9)
    lengths = np.linalg.norm(words.directions(np.arange(len(words))), axis=1)
    assert abs(float(lengths.mean()) - 1) < 0.02


def test_letters_learn_what_rare_words_mean(pairs: Pairs, shards: Path, tmp_path: Path) -> None:
    """Equal seeds give equal buckets, the right definition is found more often, and a slip is near to the word that is meant."""
    words, table = pairs.vocabulary, to_unit(train(pairs, RECIPE, told=False))
    kept = [word for word in words if word not in {"basket", "socket", "delet"}]
    rows = table[[words.index(word) for word in kept]]
    wider = gather(read_shards(shards), kept, least=(RARE_PAIRS, 1))
    assert {"basket", "socket", "delet"} < set(wider.vocabulary)
    letters = Letters(buckets=128, learning=replace(RECIPE, epochs=3, rate=0.02))
    buckets, again = (learned_buckets(wider, kept, rows, letters) for _ in range(2))
    assert buckets.shape == (128, 24)
    assert buckets.tobytes() == again.tobytes()
    before, after = (
        mean_reciprocal_ranks(wider, as_encoded(wider.vocabulary, kept, rows, some)) for some in (buckets[:0], buckets)
    )
    assert after[0] > before[0]
    slips = [word[:2] + word[1:] for word in kept if len(word) > 4]
    meant = np.array([kept.index(word) for word in kept if len(word) > 4])
    spelled = product(buckets_of(slips, 128), buckets)
    nearness = (spelled / np.linalg.norm(spelled, axis=1, keepdims=True)) @ (rows / np.linalg.norm(rows, axis=1, keepdims=True)).T
    assert nearness[np.arange(len(meant)), meant].mean() > nearness.mean() + 0.2
    write(tmp_path / "words.table", kept, rows, 9, buckets)
    assert np.allclose(Words(tmp_path / "words.table").of_buckets(np.arange(128)), buckets, atol=np.abs(buckets).max() / 127)


def test_learning_goes_on_from_an_earlier_table(pairs: Pairs, shards: Path, tmp_path: Path) -> None:
    """Words of its own stay where nothing is learned of them, those that it shares start where they were, and it gains."""
    short = Recipe(dimensions=24, epochs=6, batch=32, packages_a_batch=2, rate=0.05)
    rng = np.random.default_rng(3)
    earlier = tuple(sorted({*pairs.vocabulary[::2], "zeppelin"}))
    write(tmp_path / "earlier.table", earlier, rng.standard_normal((len(earlier), 24)).astype(np.float32))
    words, directions = read(tmp_path / "earlier.table")
    assert words == earlier
    wider = gather(read_shards(shards), words)
    assert set(wider.vocabulary) == {*pairs.vocabulary, "zeppelin"}
    start = grown(wider, words, directions)
    at = [wider.vocabulary.index(word) for word in words]
    assert np.array_equal(start[at], directions)
    after = train(wider, short, told=False, start=start)
    kept = wider.vocabulary.index("zeppelin")
    assert np.array_equal(after[kept], start[kept])
    assert mean_reciprocal_ranks(wider, after)[0] > mean_reciprocal_ranks(wider, start)[0]
    assert np.array_equal(between(start, after, 0.0), start)
    assert np.allclose(between(start, after, 0.5) * 2, start + after, atol=1e-5)


def test_mined_batches_hold_near_definitions_and_every_pair_for_learning_once(pairs: Pairs) -> None:
    """In their order, neighbours are nearer than by chance."""
    table = train(pairs, RECIPE, told=False)
    generator = np.random.default_rng(1)
    order = near_first(pairs, table, generator)
    learned = np.flatnonzero(~pairs.is_development)
    assert np.array_equal(np.sort(order), learned)

    def neighbours(numbers: np.ndarray) -> float:
        code, _ = taken(pairs.code, numbers)
        rows = product(code, table)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return float(np.mean(np.sum(rows[1:] * rows[:-1], axis=1)))

    assert neighbours(order) > neighbours(generator.permutation(learned)) + 0.1


def test_a_language_of_few_pairs_stands_in_an_epoch_more_often(pairs: Pairs) -> None:
    """As the balance says: alike at 0, as they come at 1; never what is for development."""
    learned_from = np.flatnonzero(~pairs.is_development)
    rare = set(learned_from[: len(learned_from) // 8].tolist())
    mixed = replace(pairs, languages=tuple("lua" if number in rare else "python" for number in range(len(pairs))))

    def share(balance: float) -> float:
        recipe = replace(RECIPE, balance=balance)
        seen = np.concatenate([np.concatenate(batches(mixed, recipe, np.random.default_rng(seed))) for seed in range(8)])
        assert not mixed.is_development[seen].any()
        return float(np.mean([number in rare for number in seen.tolist()]))

    assert abs(share(1.0) - 1 / 8) < 0.05
    assert share(1.0) + 0.05 < share(0.5) < share(0.0)
    assert abs(share(0.0) - 1 / 2) < 0.1


def test_the_end_of_a_large_package_is_kept_apart_in_languages_of_few() -> None:
    """Its last fifth; nothing of a small package, and nothing of a language of many."""
    packages = np.repeat(np.array([0, 1, 2], dtype=np.int32), [200, 50, 200])
    languages = ["scala"] * 250 + ["python"] * 200
    assert np.flatnonzero(kept_apart(packages, languages)).tolist() == list(range(160, 200))


def test_tables_that_differ_by_a_rotation_are_one_table(pairs: Pairs) -> None:
    """Putting them together keeps every cosine; and where each has errors of its own, they shrink."""
    rng = np.random.default_rng(7)
    right = rng.standard_normal((300, 16)).astype(np.float32)

    def cosines(table: np.ndarray) -> np.ndarray:
        unit = table / np.linalg.norm(table, axis=1, keepdims=True)
        return np.asarray(unit @ unit.T)

    def turned(table: np.ndarray) -> np.ndarray:
        return np.asarray(table @ np.linalg.qr(rng.standard_normal((16, 16)))[0], dtype=np.float32)

    assert np.abs(cosines(together([right, turned(right), turned(right)])) - cosines(right)).max() < 1e-4
    noisy = [turned(right) + 0.5 * rng.standard_normal(right.shape).astype(np.float32) for _ in range(3)]
    errors = [np.abs(cosines(table) - cosines(right)).mean() for table in (together(noisy), *noisy)]
    assert errors[0] < 0.8 * min(errors[1:])
    assert together([right]) is right
    short = replace(RECIPE, epochs=6, runs=2)
    start = initial(pairs, short)
    assert mean_reciprocal_ranks(pairs, learned(pairs, short, start))[0] > mean_reciprocal_ranks(pairs, start)[0]
    spoken = by_language(pairs, start)
    assert list(spoken) == ["python"]
    assert spoken["python"][0] == np.count_nonzero(pairs.is_development)


def test_what_is_judged_on_and_what_is_not_permissive_is_refused(tmp_path: Path) -> None:
    """By the package's name, by its licence, by a vendored copy, and by a file's own head."""
    text = module(1)
    suffixes = frozenset(LANGUAGE_OF)

    def taken(path: Path) -> Shard:
        return extract(read_archive(path, suffixes))

    assert taken(wheel(tmp_path, "django", {"django/shop.py": text})).refused == "is judged on"
    assert (
        taken(wheel(tmp_path, "copyleft", {"copyleft/shop.py": text}, "GNU General Public License v3 (GPLv3)")).refused == "licence"
    )
    assert taken(wheel(tmp_path, "silent", {"silent/shop.py": text}, "")).refused == "licence"
    hidden = {"mixed/_vendor/other/shop.py": text, "mixed/werkzeug/shop.py": text, "mixed/own.py": "# GPL-2.0 only\n" + text}
    mixed = taken(wheel(tmp_path, "mixed", hidden))
    assert (mixed.refused, mixed.pairs) == ("", [])


@pytest.mark.parametrize(
    ("licence", "permitted"),
    [
        ("MIT", True),
        ("MIT OR Apache-2.0", True),
        ("GPL-2+ or MIT", True),
        ("Apache-2.0 AND BSD-3-Clause", True),
        ("BSD-3-clause; GPL-2", False),
        ("GPL-3.0", False),
        ("LGPL-2.1+", False),
        ("proprietary", False),
        ("", False),
    ],
)
def test_licences_are_read_as_they_are_written(licence: str, permitted: bool) -> None:
    """All of those that are joined by "and" must permit it, one of those that are joined by "or"."""
    assert is_permissive(licence) is permitted


def test_names_and_paths_of_what_is_judged_on_are_known() -> None:
    """In every registry's spelling."""
    for name in ("axios", "@trpc/server", "librust-serde-dev", "ruby-rack", "@types/lodash", "MessagePack_CSharp"):
        assert is_refused_package(name), name
    for name in ("newtonsoft-json", "haskell-aeson", "libcommons-lang3-java", "jackson-databind", "haskell-pandoc-types"):
        assert is_refused_package(name), name
    for name in ("attrs", "librust-url-dev", "koa", "elixir-lang", "libcommons-codec-java", "haskell-conduit"):
        assert not is_refused_package(name), name
    assert is_refused_path("site/jinja2/filters.py")
    assert is_refused_path("pkg/tests/test_x.py")
    assert is_refused_path("mono/mcs/class/Newtonsoft/Linq.cs")
    assert is_refused_path("some/src/org/apache/commons/lang3/StringUtils.java")
    assert not is_refused_path("pkg/contrib/django/middleware.py")
    assert has_foreign_head(b"// SPDX-License-Identifier: LGPL-2.1\n")
    assert not has_foreign_head(b"// MIT\nint main() {}\n")


def test_npm_and_debian_archives_are_read(tmp_path: Path) -> None:
    """Their metadata, and the sources inside."""
    source = b"/** Removes the session of a user. */\nfunction deleteSession(user) { return user.session }\n"
    npm = tmp_path / "shop-1.0.0.tgz"
    said = json.dumps({"name": "shop", "version": "1.0.0", "license": "ISC"}).encode()
    npm.write_bytes(tarball({"package/package.json": said, "package/lib/shop.js": source}, "gz"))
    copyright_file = b"Format: x\n\nFiles: debian/*\nLicense: GPL-2\n\nFiles: *\nCopyright: y\nLicense: Expat\n"
    data = tarball({"./usr/share/doc/shop/copyright": copyright_file, "./usr/lib/shop/shop.js": source}, "xz")
    deb = tmp_path / "shop_1.0-1_all.deb"
    deb.write_bytes(b"!<arch>\n" + member(b"debian-binary", b"2.0\n") + member(b"data.tar.xz", data))
    for path, registry, licence in ((npm, "npm", "ISC"), (deb, "debian", "Expat")):
        shard = extract(read_archive(path, frozenset(LANGUAGE_OF)))
        assert (shard.registry, shard.package, shard.licence, shard.refused) == (registry, "shop", licence, "")
        assert [pair.query for pair in shard.pairs] == [["remov", "sess", "user"]]
    source_package(tmp_path, copyright_file, source)
    shard = extract(read_archive(tmp_path / "shop_1.0-1.dsc", frozenset(LANGUAGE_OF)))
    assert (shard.registry, shard.package, shard.version, shard.licence) == ("debian-source", "shop", "1.0-1", "Expat")
    assert [pair.query for pair in shard.pairs] == [["remov", "sess", "user"]]
    with pytest.raises(ValueError, match="no wheel"):
        read_archive(tmp_path / "shop.rar", frozenset())


def source_package(folder: Path, copyright_file: bytes, source: bytes) -> None:
    """A Debian source package whose `.dsc` is signed, as all in the archive are."""
    (folder / "shop_1.0.orig.tar.gz").write_bytes(tarball({"shop-1.0/lib/shop.js": source}, "gz"))
    (folder / "shop_1.0-1.debian.tar.xz").write_bytes(tarball({"debian/copyright": copyright_file}, "xz"))
    listed = "".join(f" {'0' * 32} 1 {name}\n" for name in ("shop_1.0.orig.tar.gz", "shop_1.0-1.debian.tar.xz"))
    said = f"Format: 3.0 (quilt)\nSource: shop\nVersion: 1.0-1\nFiles:\n{listed}"
    head, tail = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n", "\n-----BEGIN PGP SIGNATURE-----\n\nAA==\n"
    (folder / "shop_1.0-1.dsc").write_text(head + said + tail)


def tarball(files: dict[str, bytes], packing: str) -> bytes:
    """A packed tar archive."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=f"w:{packing}") as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            about = tarfile.TarInfo(name)
            about.size = len(content)
            archive.addfile(about, io.BytesIO(content))
    return stream.getvalue()


def member(name: bytes, content: bytes) -> bytes:
    """A member of an `ar` archive."""
    return name.ljust(48) + str(len(content)).encode().ljust(10) + b"`\n" + content + b"\n" * (len(content) % 2)


def test_only_the_first_sentence_is_the_question() -> None:
    """What follows is told apart, and the code has no word of it."""
    documentation = b'"""Let the postman inside. Rings the bell twice.\n\n    :param house: where\n    """'
    (pair,) = file_pairs(b"def open_door(house):\n    " + documentation + b"\n    return house.door\n", "python", "pkg/house.py")
    assert pair.query == ["let", "postman", "insid"]
    assert "bell" in pair.rest
    assert "bell" not in {word for word, _, _ in pair.code}


def test_the_list_of_packages_names_none_that_is_judged_on() -> None:
    """What the shipped table was made of and the next one can be, by registry, name, version and licence."""
    rows = list(wanted())
    assert len(rows) > 500
    assert {row.registry for row in rows} == {"pypi", "npm", "debian", "debian-source"}
    assert {row.table for row in rows} == {str(WORDS_VERSION)}
    assert sum(row.pairs > 0 for row in rows if row.table == str(WORDS_VERSION)) > 500
    assert not [row for row in rows if row.pairs and (is_refused_package(row.name) or not is_permissive(row.licence))]
