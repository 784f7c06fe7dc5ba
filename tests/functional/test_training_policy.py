"""What the encoder is not to learn from: licences and packages that are refused, and cards that say what was measured."""

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from training.licences import is_permissive

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
