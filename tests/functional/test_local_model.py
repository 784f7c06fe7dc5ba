"""A model of the user's own in place of the package's encoder: found in a folder, counted, and never mixed with another one."""

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lepasserelle import ConfigError, LeIndex
from lepasserelle.terms import QueryTerm
from lepasserelle.vectors import Bags, Vectors
from lepasserelle.vectors.model_files import fingerprint, heap_bytes
from lepasserelle.vectors.static_model import StaticModel, open_model

tokenizers = pytest.importorskip("tokenizers")

WORDS = ["[UNK]", "cart", "basket", "price", "tax", "pay", "##ment", "card"]
SAME = {"basket": "cart", "card": "pay"}
"""Words that this model takes for one."""
DIMENSIONS = 16


def write_model(folder: Path, seed: int = 1, kind: str = "<f4", **more: NDArray[np.generic]) -> Path:
    """A folder as model2vec writes one."""
    folder.mkdir(parents=True, exist_ok=True)
    table = np.random.default_rng(seed).normal(size=(len(WORDS), DIMENSIONS)) * 20
    for word, other in SAME.items():
        table[WORDS.index(word)] = table[WORDS.index(other)]
    write_tensors(folder, {"embeddings": table.astype(kind), **more})
    model = tokenizers.models.WordPiece({word: at for at, word in enumerate(WORDS)}, unk_token="[UNK]")
    tokenizer = tokenizers.Tokenizer(model)
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def write_tensors(folder: Path, tensors: dict[str, NDArray[np.generic]]) -> None:
    """The form of safetensors, written by hand."""
    names = {"<f4": "F32", "<f2": "F16", "|i1": "I8", "<i8": "I64", "<f8": "F64"}
    head: dict[str, object] = {"__metadata__": {"made": "by a test"}}
    at = 0
    for name, tensor in tensors.items():
        head[name] = {"dtype": names[tensor.dtype.str], "shape": list(tensor.shape), "data_offsets": [at, at + tensor.nbytes]}
        at += tensor.nbytes
    text = json.dumps(head).encode()
    data = b"".join(tensor.tobytes() for tensor in tensors.values())
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)


def bag(*words: str, weights: tuple[float, ...] = ()) -> Bags:
    """One bag of these words."""
    return Bags(
        list(words),
        np.array([0, len(words)], np.int64),
        np.arange(len(words)),
        np.array(weights or (1.0,) * len(words), np.float32),
    )


@pytest.mark.parametrize("kind", ["<f4", "<f2", "|i1"])
def test_a_bag_is_the_sum_of_the_tokens_of_its_words(tmp_path: Path, kind: str) -> None:
    """Against the plain sum in f64: pieces of words, weights of tokens, a table shared by tokens, words without any piece."""
    mapping = np.array([0, 1, 2, 3, 4, 5, 6, 5], np.int64)
    weights = np.linspace(0.5, 2.0, len(WORDS)).astype(np.float32)
    model = StaticModel(write_model(tmp_path, kind=kind, mapping=mapping, weights=weights))
    head = (tmp_path / "model.safetensors").read_bytes()
    length = int.from_bytes(head[:8], "little")
    table = np.frombuffer(head, kind, len(WORDS) * DIMENSIONS, 8 + length).reshape(len(WORDS), -1).astype(np.float64)
    found = model.encode(bag("cart", "payment", "zzz", "card", weights=(3.0, 1.0, 5.0, 0.5)))
    tokens = [(1, 3.0), (5, 1.0), (6, 1.0), (7, 0.5)]
    expected = sum(share * float(weights[token]) * table[mapping[token]] for token, share in tokens)
    expected = np.rint(expected * 127 / np.linalg.norm(expected))
    assert np.abs(found[0] - expected).max() <= 1
    assert not model.encode(bag("zzz")).any()
    assert model.encode(bag()).shape == (1, DIMENSIONS)
    assert (model.encode(bag("cart", "tax")) == model.encode(bag("cart", "tax"))).all()


def test_a_question_finds_what_the_model_takes_for_the_same(tmp_path: Path) -> None:
    """Words that share no letter, for this model says so."""
    model = open_model(write_model(tmp_path))
    bags = Bags(["cart", "tax"], np.array([0, 1, 2], np.int64), np.arange(2), np.ones(2, np.float32))
    vectors = Vectors({"vectors": model.encode(bags)}, model)
    nodes, scores = vectors.search([QueryTerm("basket", 1.0)], 1)
    assert nodes.tolist() == [0]
    assert scores[0] == pytest.approx(1.0, abs=0.02)
    assert 0 <= vectors.encoder_bytes() <= (tmp_path / "model.safetensors").stat().st_size + 4096
    vectors.close()


def test_what_holds_no_such_model_is_an_error_that_says_what_is_wanted(tmp_path: Path) -> None:
    """A missing folder, a table cut short, one that is none, tokens that it does not have, a tokenizer that is none."""
    with pytest.raises(ConfigError, match=r"model\.safetensors cannot be read"):
        StaticModel(tmp_path / "none")
    folder = write_model(tmp_path / "m")
    whole = (folder / "model.safetensors").read_bytes()
    headless = whole[:8] + b"{" * len(whole[8:])
    for data, why in ((whole[:-1], "lies outside"), (whole[:4], "no head"), (b"\xff" * 64, "no head"), (headless, "head cannot")):
        (folder / "model.safetensors").write_bytes(data)
        with pytest.raises(ConfigError, match=why):
            StaticModel(folder)
    write_tensors(folder, {"other": np.zeros((2, 2), np.float32)})
    with pytest.raises(ConfigError, match="no table of embeddings"):
        StaticModel(folder)
    write_tensors(folder, {"embeddings": np.zeros((2, 2000), np.float32)})
    with pytest.raises(ConfigError, match="at most 1040 dimensions"):
        StaticModel(folder)
    write_tensors(folder, {"embeddings": np.ones((2, 4), np.float32)})
    with pytest.raises(ConfigError, match="tokens that the table does not have"):
        StaticModel(folder).encode(bag("tax"))
    (folder / "tokenizer.json").write_text("{}")
    with pytest.raises(ConfigError, match="no tokenizer"):
        StaticModel(folder)


def test_every_byte_counts_in_the_fingerprint(tmp_path: Path) -> None:
    """So that an index is never asked with another model than it was made with."""
    folder = write_model(tmp_path)
    before = fingerprint(folder)
    assert before == fingerprint(write_model(tmp_path / "again"))
    for name in ("model.safetensors", "tokenizer.json"):
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        assert fingerprint(folder) != before
        (folder / name).write_bytes(data)
    assert fingerprint(folder) == before
    assert heap_bytes(folder) > heap_bytes(tmp_path / "none") == 0


def first_path(leindex: LeIndex) -> list[str]:
    """Where a word is found that no file has; the package's encoder does not find it."""
    return [hit.path for hit in leindex.search("basket", mode="semantic")][:1]


def test_a_model_that_is_not_there_keeps_only_meaning_from_being_asked(tmp_path: Path) -> None:
    """The graph, names, words and lines are whole; what needs the model says what else can be asked, and the index stays."""
    project = tmp_path / "shop"
    project.mkdir()
    (project / "cart.py").write_text("def cart():\n    return total()\n\n\ndef total():\n    return 1\n")
    for folder in ("", str(write_model(tmp_path / "model"))):
        with LeIndex(project, encoder_dir=folder) as leindex:
            leindex.index_project()
            generation = leindex.status().generation
        with LeIndex(project, encoder_dir=str(tmp_path / "none")) as leindex:
            assert len(leindex.symbols("total")) == 1
            assert len(leindex.callers("total")) == 1
            assert leindex.find_text("total()")
            for mode in ("lexical", "symbol", "literal"):
                assert leindex.search("total", mode=mode)  # type: ignore[arg-type]
            for asked in (lambda: leindex.search("total"), lambda: leindex.search("total", mode="semantic")):
                with pytest.raises(ConfigError, match=r"holds no model.* Modes `lexical` and `symbol`"):
                    asked()
            with pytest.raises(ConfigError, match="holds no model"):
                leindex.analyze("total")
            assert leindex.status().generation == generation


def test_an_index_by_another_encoder_is_made_anew_with_a_line_that_says_so(tmp_path: Path) -> None:
    """To the model, to another one, and back; without the model there is an error and the index stays."""
    project = tmp_path / "shop"
    project.mkdir()
    (project / "cart.py").write_text('class Cart:\n    """A cart."""\n')
    (project / "tax.py").write_text('class Tax:\n    """A tax."""\n')
    with LeIndex(project) as leindex:
        leindex.index_project()
        assert leindex.search("basket", mode="semantic") == []
    folder = write_model(tmp_path / "model")
    for setting, finds in ((str(folder), ["cart.py"]), ("", []), (str(write_model(tmp_path / "other", 2)), ["cart.py"])):
        for asked in range(2):
            with LeIndex(project, encoder_dir=setting) as leindex:
                assert first_path(leindex) == finds
                assert any("made with another encoder" in note for note in leindex.notes) is (asked == 0)
                leindex.spill_vector_cache()
                assert first_path(leindex) == finds
                generation = leindex.status().generation
                assert leindex.index_project().generation == generation
    with LeIndex(project, encoder_dir=str(tmp_path / "none")) as leindex, pytest.raises(ConfigError, match="holds no model"):
        leindex.search("cart")
    with LeIndex(project, encoder_dir=str(tmp_path / "other")) as leindex:
        assert first_path(leindex) == ["cart.py"]
        assert leindex.notes == ()
