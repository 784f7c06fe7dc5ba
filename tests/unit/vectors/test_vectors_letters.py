"""Letters of words that the table does not have: which buckets they fall into, and that words written alike come near."""

import random
import string
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lepasserelle.model import Sections
from lepasserelle.terms import ROW, Field, FileTerms, TermFile, family
from lepasserelle.vectors import Bags, Vectors, build, trained
from lepasserelle.vectors.exact import similarities
from lepasserelle.vectors.letters import LONGEST, SHORTEST, buckets_of
from lepasserelle.vectors.trained import _directions, hashed_directions
from lepasserelle.vectors.words import shipped

_MASK = (1 << 64) - 1


def bucket(gram: str, count: int) -> int:
    """The documented hash, one number at a time."""
    found = 0
    for letter in gram:
        found = (found * 0x9E3779B97F4A7C15 + ord(letter)) & _MASK
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        found = ((found ^ (found >> shift)) * factor) & _MASK
    return (found ^ (found >> 31)) % count


def grams(word: str) -> list[str]:
    """Of a word between its marks, the shorter ones first."""
    marked = f"<{word}>" if word else ""
    return [marked[at : at + n] for n in range(SHORTEST, LONGEST + 1) for at in range(len(marked) - n + 1)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), max_size=8), st.integers(1, 10_000))
def test_the_buckets_of_a_word_are_those_of_its_n_grams(words: list[str], count: int) -> None:
    """Any script, empty words between others, any number of buckets; each row has length 1 but for an empty word's."""
    rows = buckets_of(words, count)
    for number, word in enumerate(words):
        entries = slice(int(rows.indptr[number]), int(rows.indptr[number + 1]))
        assert rows.columns[entries].tolist() == [bucket(gram, count) for gram in grams(word)]
        assert np.isclose(np.sum(rows.values[entries] ** 2), 1 if word else 0)


def test_half_a_pair_of_surrogates_is_a_letter_like_another() -> None:
    """Names in broken sources hold them."""
    assert buckets_of(["a\ud800b", "x"], 64).columns.tolist() == buckets_of(["a?b", "x"], 64).columns.tolist()


def unseen(word: str) -> bool:
    """Whether the shipped table lacks it, the word being a family by itself."""
    return family(word) == word and shipped().find(word) is None


def coined(generator: random.Random, count: int) -> list[str]:
    """Words that the table does not have, of letters that take turns, so that they can be spoken."""
    found: dict[str, None] = {}
    while len(found) < count:
        word = "".join(generator.choice(string.ascii_lowercase[at % 2 :: 2]) for at in range(generator.randint(8, 12)))
        if unseen(word):
            found[word] = None
    return list(found)


def mistaken(generator: random.Random, word: str) -> str:
    """One letter left out, doubled, or exchanged with its neighbour."""
    at = generator.randint(1, len(word) - 3)
    return generator.choice(
        (word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:], word[:at] + word[at + 1] + word[at] + word[at + 2 :])
    )


def cosines(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Row by row."""
    return np.sum(left * right, axis=1) / np.maximum(np.linalg.norm(left, axis=1) * np.linalg.norm(right, axis=1), 1e-9)


def encoded(words: list[str]) -> np.ndarray:
    """As an index has words that the table lacks."""
    return _directions(words, np.full(len(words), -1, dtype=np.int32), shipped())


def test_unseen_words_that_share_letters_are_nearer_than_unrelated_ones() -> None:
    """A coinage and the same with an ending or a slip: of hundreds of pairs two in five beat 99 of 100 unrelated ones."""
    generator = random.Random(8)
    words = coined(generator, 400)
    for alter in (lambda word: word + generator.choice(("dom", "ling", "ster", "ware")), lambda word: mistaken(generator, word)):
        altered = [alter(word) for word in words]
        kept = [at for at, word in enumerate(altered) if word != words[at] and unseen(word)]
        assert len(kept) > 300
        ours, theirs = encoded([words[at] for at in kept]), encoded([altered[at] for at in kept])
        alike = cosines(ours, theirs)
        unrelated = np.concatenate([cosines(ours, np.roll(theirs, by, axis=0)) for by in range(1, 20)])
        assert np.mean(alike) > np.mean(unrelated) + 0.1
        assert np.mean(alike > np.quantile(unrelated, 0.99)) > 0.4


def test_a_misspelt_word_is_near_the_one_that_is_meant() -> None:
    """By its letters alone: of 300 known words the right one is, in the median, among the nearest hundred of fourteen thousand."""
    generator = random.Random(9)
    table = shipped()
    spelled = table.spelled()
    candidates = [at for at, word in enumerate(spelled) if len(word) >= 8 and word.isalpha() and word.isascii()]
    chosen = generator.sample(candidates, 300)
    slips = [mistaken(generator, spelled[at]) for at in chosen]
    kept = [at for at, slip in enumerate(slips) if table.find(slip) is None]
    rows = _directions([slips[at] for at in kept], np.full(len(kept), -1, np.int32), table, np.zeros(len(kept), np.bool_))
    every = table.directions(np.arange(len(table)))
    scores = (rows / np.linalg.norm(rows, axis=1, keepdims=True)) @ (every / np.linalg.norm(every, axis=1, keepdims=True)).T
    own = scores[np.arange(len(kept)), [chosen[at] for at in kept]]
    assert np.median(np.count_nonzero(scores > own[:, None], axis=1)) < 100


def test_the_block_does_not_change_a_direction(monkeypatch: pytest.MonkeyPatch) -> None:
    """One word at a time or all at once; the same bits."""
    words = coined(random.Random(3), 40)
    whole = encoded(words)
    monkeypatch.setattr(trained, "_BLOCK_WORDS", 1)
    assert encoded(words).tobytes() == whole.tobytes()
    assert encoded(words[7:8]).tobytes() == whole[7:8].tobytes()


def test_another_process_gives_the_same_directions() -> None:
    """No seed of a process takes part."""
    words = coined(random.Random(4), 20)
    program = (
        "import sys, numpy as np, hashlib\n"
        "from lepasserelle.vectors.trained import _directions\n"
        "from lepasserelle.vectors.words import shipped\n"
        "words = sys.argv[1:]\n"
        "made = _directions(words, np.full(len(words), -1, dtype=np.int32), shipped())\n"
        "sys.stdout.write(made.tobytes().hex())\n"
    )
    other = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, check=True)
    assert other.stdout == encoded(words).tobytes().hex()


def project(words: list[str]) -> Sections:
    """A node for each word, which stands in it beside one that all nodes have."""
    vocabulary = (*words, "render")
    rows = [(node, int(Field.BODY), term, 1) for node in range(len(words)) for term in (node, len(words))]
    sources = [TermFile("0.py", 0, len(words), FileTerms(vocabulary, np.array(rows, dtype=ROW).tobytes()))]
    return build(lambda: iter(sources))


def test_a_slip_in_a_project_s_own_word_still_leads_to_it() -> None:
    """Neither table nor project has the slip; of 60 nodes the right one is the nearest for most."""
    generator = random.Random(6)
    words = coined(generator, 60)
    sections = project(words)
    encoder = Vectors(sections).encoder
    hits = []
    for node, word in enumerate(words):
        slip = mistaken(generator, word)
        if slip not in words and unseen(slip):
            question = encoder.encode(Bags([slip, "render"], np.array([0, 2]), np.arange(2), np.ones(2, dtype=np.float32)))[0]
            hits.append(int(np.argmax(similarities(np.asarray(sections["vectors"]), question))) == node)
    assert len(hits) > 50
    assert np.mean(hits) > 0.5


def test_letters_alone_say_nothing() -> None:
    """A question whose every word is unknown has no direction, in a batch as alone; else any noise would find something."""
    encoder = Vectors(project(["grumblewitz", "page"])).encoder
    bags = Bags(["qzxvjq", "page", "grumblewitts"], np.array([0, 1, 3, 5]), np.array([0, 1, 2, 0, 2]), np.ones(5, dtype=np.float32))
    found = encoder.encode(bags)
    assert not found[0].any()
    assert found[1].any()
    assert not found[2].any()


def test_a_word_keeps_a_direction_of_its_own_beside_its_letters() -> None:
    """Two coinages of the same n-grams' buckets are still two words."""
    words = coined(random.Random(5), 30)
    assert (cosines(encoded(words), hashed_directions(words, shipped().dimensions)) > 0.5).all()
