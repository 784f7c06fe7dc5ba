"""What each weight of the ranking is worth: the questions that are made of names, and the table that says it."""

import dataclasses
import sys
from pathlib import Path

import msgspec
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from lepasserelle import LeIndex
from lepasserelle.graph import Graph
from lepasserelle.model import NodeKind
from lepasserelle.query import Searcher
from lepasserelle.query.weights import KIND_WEIGHTS, Weights
from lepasserelle.storage import Index
from retrieval import ablation, asking, climbing, elsewhere, nested, weighing
from retrieval.ablation import WINDOWS
from retrieval.batch import Batch
from retrieval.checking import check, check_settings
from retrieval.climbing import climb, start
from retrieval.constants import CONSTANTS, Constant
from retrieval.evidence import Evidence, gather, index_into, opened
from retrieval.idle import REASONS
from retrieval.known_items import FORMS, SHARED, known_items
from retrieval.processes import side_by_side
from retrieval.replay import Setting, gain, replay, scored
from retrieval.scoring import Question, ndcg

SHOP = '''class OrderBook:
    """Keeps what was ordered."""

    def close_day(self):
        """Counts the money."""
        return sum(self.sums)

    def count(self):
        """Says how many there are."""
        return len(self.sums)


def parseReceipt(text):
    """Reads what a printer said."""
    return text.split()


def shared():
    """Stands twice."""
'''
OTHER = (
    'def shared():\n    """Stands twice."""\n\n\ndef send_parcel(address):\n    """Gives it to the post."""\n    return address\n'
)
OTHER += "\n\ndef count(bags):\n    return len(bags)\n"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of two files."""
    project = tmp_path_factory.mktemp("shop")
    (project / "orders.py").write_text(SHOP)
    (project / "post.py").write_text(OTHER)
    folder = tmp_path_factory.mktemp("index")
    with LeIndex(project, index_dir=str(folder)) as leindex:
        leindex.index_project()
    return folder


def asked(index: Path) -> list[Question]:
    """The known items of it."""
    with Index.open(index).pin() as snapshot:
        segment = snapshot.segment("graph")
        graph = Graph(segment.sections)
        found = known_items(graph, "shop")
        graph.close()
        segment.close()
    return found


def test_names_are_asked_for_as_people_remember_them(index: Path) -> None:
    """In every form, by rule; what stands in two files is not asked for, since its name does not tell which."""
    found = {(question.category, question.text): question for question in asked(index)}
    assert {
        ("in lower case", "orderbook"),
        ("in lower case", "parsereceipt"),
        ("in another convention", "sendParcel"),
        ("in another convention", "parse_receipt"),
        ("with its owner", "order book close day"),
        ("quoted in a sentence", "what is done by `send_parcel`"),
        ("with its kind", "class order book"),
        ("with its kind", "function parse receipt"),
    } <= found.keys()
    assert {category for category, _ in found} == FORMS.keys() | {SHARED}
    assert not [text for _, text in found if "shared" in text]
    assert [question.symbol for question in asked(index) if question.category == SHARED] == ["post.count"]
    assert found["with its owner", "order book close day"].targets == ("orders.py",)
    assert found["with its owner", "order book close day"].symbol.endswith("OrderBook.close_day")
    assert asked(index) == asked(index)


@pytest.fixture(scope="module")
def questions() -> list[Question]:
    """Sentences and a symbol."""
    return [
        Question("shop", "python", "task", "count the money of the day", ("orders.py",)),
        Question("shop", "python", "task", "class that keeps what was ordered", ("orders.py",)),
        Question("shop", "python", "task", "post.count", ("post.py",)),
        Question("shop", "python", "task", "address in post.py", ("post.py",)),
    ]


@pytest.fixture(scope="module")
def evidence(index: Path, questions: list[Question]) -> list[Evidence]:
    """Of the four."""
    with opened(index) as parts:
        found = [gather(parts, question, 1.0) for question in [*questions, *known_items(parts.graph, "shop")]]
        check(parts, found)
        del parts
    return found


@pytest.mark.parametrize(
    "weights",
    [
        Weights(),
        start().weights,
        Weights(meaning=0.1, callee=0.7, namesake=0.9, private=0.3, wanted_kind=3.0, short_list=4),
        Weights(exact_name=0.2, bare_name=3.0, folded_name=0.1, named_file=0.5, calls=2.0, error_type=0.1, further_share=0.9),
    ],
)
def test_a_replay_gives_the_list_and_the_scores_of_a_search(index: Path, evidence: list[Evidence], weights: Weights) -> None:
    """With any weights: otherwise what is tuned on replays is not tuned for the product."""
    with opened(index) as parts:
        searcher = Searcher(*parts.of_searcher(), weights)
        for one in evidence:
            hits = searcher.search(one.question.text, 10)
            scores, _, kept = scored(one, Setting(weights))
            places = replay(one, Setting(weights))
            assert [hit.symbol for hit in hits] == [one.symbols[at] for at in places]
            score_of = dict(zip(kept.tolist(), scores.tolist(), strict=True))
            best = [max(score_of[at] for at in (first, *further)) for first, further in places.items()]
            assert [hit.score for hit in hits] == [round(score, 6) for score in best]
        del searcher, parts


def test_a_replay_that_differs_from_the_search_is_told(
    index: Path, evidence: list[Evidence], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No figure is printed over evidence that the product does not bear out."""
    monkeypatch.setattr("retrieval.checking.replay", lambda one, _: dict.fromkeys(range(len(one.nodes)), ()))
    with opened(index) as parts, pytest.raises(AssertionError, match="when replayed"):
        check(parts, evidence)


def test_every_weight_and_kind_stands_in_the_table_with_what_it_is_worth(evidence: list[Evidence]) -> None:
    """One row a weight, three values each, one column a set; none that can be had is left out."""
    rows = _rows(evidence)
    names = {name for name, _, _ in rows}
    assert names == set(Weights.__struct_fields__) - ablation.ASKED_ANEW | {f"kind {kind.word}" for kind in KIND_WEIGHTS}
    said = ablation.report({"all as they are": {"tasks": [1.0] * len(evidence)}}, rows).splitlines()
    assert said[0] == f"| weight | value | tasks ({len(evidence)}) |"
    assert said[2] == "| all as they are |  | 1.0000 |"


def _rows(evidence: list[Evidence]) -> list[ablation.Row]:
    found = weighing.Found()
    found.add([*ablation.replayed({window: {"tasks": evidence} for window in WINDOWS})])
    return ablation.rows(found.gains, found.values)


def test_what_a_weight_is_worth_is_the_difference_that_it_makes(evidence: list[Evidence], monkeypatch: pytest.MonkeyPatch) -> None:
    """One weight moves, the others stay; of one that multiplies half is its root."""
    monkeypatch.setattr("retrieval.ablation.gain", lambda _, setting: setting.weights.path - setting.weights.test)
    found = {name: {way: sets["tasks"] for way, sets in ways.items()} for name, _, ways in _rows(evidence)}
    assert found["path"] == pytest.approx({"neutral": -1.4, "half": -0.7, "double": 1.4})
    assert found["test"] == pytest.approx({"neutral": -0.5, "half": 0.5 - 0.5**0.5, "double": 0.25})
    assert found["words"] == pytest.approx({"neutral": 0.0, "half": 0.0, "double": 0.0})


def test_what_keeps_a_weight_that_no_question_asks_for_is_said() -> None:
    """One set of questions that loses is enough; a size, which cannot be taken out, is told by half and double of it."""
    found: list[ablation.Row] = [
        ("earns", 1.0, {"neutral": {"tasks": -0.0005, "names of tasks": 0.1}, "half": {"tasks": 0.0, "names of tasks": 0.0}}),
        ("of names", 1.0, {"neutral": {"tasks": 0.01, "names of tasks": -0.0123}, "half": {"tasks": 0.0, "names of tasks": 0.0}}),
        ("idle", 1.0, {"neutral": {"tasks": 0.01, "names of tasks": -0.0004}, "half": {"tasks": -0.1, "names of tasks": 0.0}}),
        ("size", 8.0, {"half": {"tasks": 0.0}, "double": {"tasks": -0.001}}),
        ("any size", 8.0, {"half": {"tasks": 0.0}, "double": {"tasks": 0.001}}),
    ]
    kept = ablation.idle(found, {"idle": "so that it is there"})
    assert kept == [["of names", "names of tasks: −.0123"], ["idle", "so that it is there"], ["any size", "nothing"]]
    assert REASONS.keys() <= {constant.title for constant in CONSTANTS} | set(Weights.__struct_fields__)


@pytest.mark.parametrize("constant", CONSTANTS, ids=lambda constant: constant.title)
def test_a_constant_is_as_it_was_after_it_was_set(constant: Constant) -> None:
    """Also where what is measured fails; what is tried differs from what ships."""
    before = constant.value
    assert constant.tried()
    for value in constant.tried().values():
        assert value != before
        with pytest.raises(ZeroDivisionError), constant.set_to(value):
            _fail_with(constant, value)
        assert constant.value == before
    assert len({one.title for one in CONSTANTS}) == len(CONSTANTS)


def _fail_with(constant: Constant, value: float) -> None:
    assert constant.value == pytest.approx(value)
    raise ZeroDivisionError


def test_what_is_built_into_an_index_is_asked_of_one_that_is_built_anew(index: Path, questions: list[Question]) -> None:
    """A name that counts nothing in BM25F changes what is found; what is compared with is there under its name."""
    with opened(index) as parts:
        names = known_items(parts.graph, "shop")
        found = {
            (title, way): gains for title, _, way, gains in asking.ask_anew(parts, index, {"tasks": questions, "names": names})
        }
        del parts
    assert found["", asking.AS_IT_IS]["tasks"] == [1.0] * len(questions)
    assert all(len(gains["names"]) == len(names) for gains in found.values())
    assert {(asking.plain_of(title), asking.AS_IT_IS) for title, _ in found} <= found.keys()
    assert next(iter(found)) == ("", asking.AS_IT_IS)
    assert {title for title, _ in found} == {"", "pool", asking.FLAT, *(constant.title for constant in CONSTANTS)}


def test_a_search_for_weights_moves_what_gains_and_nothing_else(evidence: list[Evidence]) -> None:
    """From a start that does not know the shipped weights."""
    begun = start()
    assert begun.weights.words == begun.weights.meaning == begun.weights.exact_name == 1.0
    assert begun.weights.test == begun.weights.variant == 1.0
    assert begun.weights.calls == begun.weights.namesake == 0.0
    found = climb(lambda one: 1.0 - abs(one.weights.path - 2.0), begun)
    assert found.weights == msgspec.structs.replace(begun.weights, path=2.0)
    assert found.kinds == begun.kinds


def test_a_search_for_weights_takes_each_move_from_where_the_last_one_led() -> None:
    """Two weights that gain in one round are both moved."""
    found = climb(lambda one: 1.0 - abs(one.weights.path - 2.0) - abs(one.weights.test - 0.5), start())
    assert (found.weights.path, found.weights.test) == (2.0, 0.5)
    tied = climb(lambda one: one.kinds[NodeKind.FIELD] - one.kinds[NodeKind.CLASS], start())
    assert {tied.kinds[kind] for kind in climbing.REST} == {max(tied.kinds.values())}
    assert {tied.kinds[kind] for kind in climbing.TYPES} == {min(tied.kinds.values())}


def test_gains_of_all_questions_at_once_are_those_of_each_by_itself(evidence: list[Evidence], index: Path) -> None:
    """Of files and of definitions, with short lists that leave candidates out, and whatever the weights are."""
    with opened(index) as parts:
        names = [gather(parts, question, Weights().window) for question in known_items(parts.graph, "shop")]
        del parts
    asked = [*evidence, *names]
    settings = [Setting(), start(), *(Setting(msgspec.structs.replace(Weights(), short_list=size)) for size in (0, 3))]
    for move in climbing.moves():
        settings += move(Setting())
    batch = Batch(asked)
    for setting in settings:
        assert batch.gains(setting) == pytest.approx([gain(one, setting) for one in asked])


MODULE = "export class Basket {\n  /** Adds a pear to what is carried. */\n  add(pear) {\n    return [pear, 1]\n  }\n}\n"
DECLARED = (
    "/** Carries what was picked. */\nexport declare class Basket {\n  add(pear: string): Pear;\n}\nexport interface Pear {\n}\n"
)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of a package with each module in three forms."""
    project = tmp_path_factory.mktemp("shipped")
    for number in range(4):
        for folder, ending, text in (("", "js", MODULE), ("cjs/", "js", MODULE), ("types/", "d.ts", DECLARED)):
            path = project / f"{folder}basket{number}.{ending}"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text.replace("pear", ("pear", "plum", "fig", "sloe")[number]).replace("Basket", f"Basket{number}"))
    folder = tmp_path_factory.mktemp("index-of-shipped")
    with LeIndex(project, index_dir=str(folder)) as leindex:
        leindex.index_project()
    return folder


def _asked_of_shipped() -> list[Question]:
    files = [
        Question("shipped", "javascript", "task", text, (target,))
        for text, target in (
            ("adds a plum to what is carried", "basket1.js"),
            ("what was picked", "basket0.js"),
            ("what was picked", "types/basket3.d.ts"),
            ("declaration file of what is picked", "types/basket2.d.ts"),
            ("interface pear", "types/basket0.d.ts"),
            ("basket1.add", "basket1.js"),
        )
    ]
    return [*files, Question("shipped", "javascript", "name", "basket 2 add", ("basket2.js",), "Basket2.add", True)]


def test_a_module_in_several_forms_is_one_hit_of_a_replay_too(shipped: Path) -> None:
    """What opens it, what is folded under it and what it is worth are those of the search, one by one and all at once."""
    with opened(shipped) as parts:
        found = [gather(parts, question, 1.0) for question in _asked_of_shipped()]
        check(parts, found)
        assert parts.ground.builds
        assert any(len(set(one.modules.tolist())) < len(set(one.files.tolist())) for one in found)
        settings = [
            Setting(),
            start(),
            *(Setting(msgspec.structs.replace(Weights(), further_share=share)) for share in (0.0, 0.95)),
        ]
        settings += [Setting(msgspec.structs.replace(Weights(), short_list=size)) for size in (0, 3)]
        for move in climbing.moves():
            settings += move(Setting())
        batch = Batch(found)
        for setting in settings:
            assert batch.gains(setting) == pytest.approx([gain(one, setting) for one in found])
        asked = [one for _, _, ways in ablation.settings() for one in ways.values() if one.weights.window == 1.0]
        check_settings(parts, {1.0: {"tasks": found}}, asked, 0, 1)
        del parts


def test_a_setting_that_is_asked_otherwise_than_it_is_replayed_is_told(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So are kinds, which a search is not given; of the settings every so many are asked, and the others left."""
    settings = [Setting(), Setting(kinds={**KIND_WEIGHTS, NodeKind.CLASS: 9.0})]
    with opened(shipped) as parts:
        found = [gather(parts, question, 1.0) for question in _asked_of_shipped()]
        classes = [gain(one, settings[1]) for one in found]
        assert classes != [gain(one, settings[0]) for one in found]
        check_settings(parts, {1.0: {"tasks": found}}, settings, 1, 2)
        monkeypatch.setattr("retrieval.checking.gain", lambda one, _: gain(one, Setting()))
        check_settings(parts, {1.0: {"tasks": found}}, settings, 2, 2)
        with pytest.raises(AssertionError, match="when replayed"):
            check_settings(parts, {1.0: {"tasks": found}}, settings, 1, 2)
        del parts


def test_length_speaks_for_no_hit_where_it_is_paid_for(index: Path) -> None:
    """A brief search scores as one without that weight, the usual one higher."""
    question = "where the money that came in is counted"
    with opened(index) as parts:
        searcher, off = (
            Searcher(*parts.of_searcher(), weights) for weights in (Weights(), msgspec.structs.replace(Weights(), extent=0.0))
        )
        usual, brief, without = searcher.search(question), searcher.search(question, brief=True), off.search(question)
        del parts, searcher, off
    assert brief == without
    assert max(hit.score for hit in usual) > max(hit.score for hit in brief)


def test_a_package_that_is_left_out_has_no_part_in_its_weights(evidence: list[Evidence]) -> None:
    """Neither in what is tuned nor in how much the others count, whatever its questions want."""
    wrong = [dataclasses.replace(one, question=dataclasses.replace(one.question, targets=("none.py",))) for one in evidence[:4]]
    own = {name: {"other": evidence[4:]} for parts in nested.OWN.values() for name in parts}
    both = [nested.leave_out_each({"shop": evidence, "till": evidence[2:6], "held": held}, own) for held in (evidence[:4], wrong)]
    right, other = (found[-1] for found in both)
    assert (right.setting, right.share, right.inner) == (other.setting, other.share, other.inner)
    assert other.gains[other.share] == [0.0] * 4 != right.gains[right.share]
    assert all(held.share == max(held.inner, key=held.inner.__getitem__) for found in both for held in found)
    for told in (nested.report(both[0], own), nested.tried(both[0]), nested.choices(both[0])):
        assert "held" in told or "own sets alone" in told


def test_a_nested_figure_that_no_replay_gives_stops_the_report(evidence: list[Evidence]) -> None:
    """Gains that were computed together are checked one by one."""
    gains = Batch(evidence).gains(Setting())
    assert nested.checked(evidence, gains, Setting()) == pytest.approx(gains)
    with pytest.raises(AssertionError):
        nested.checked(evidence, 1.0 - gains, Setting())


def _reciprocal(number: int) -> float:
    return 1 / number


def test_work_side_by_side_comes_in_the_order_of_what_was_given() -> None:
    """So that a table does not depend on who was first; what fails there fails here."""
    assert list(side_by_side(_reciprocal, [4, 2, 1])) == [(4, 0.25), (2, 0.5), (1, 1.0)]
    with pytest.raises(ZeroDivisionError):
        list(side_by_side(_reciprocal, [1, 0]))


ENTRY = "from twilio.rest.chat.v2.service import ServiceList\nfrom twilio.rest.chat.v3.channel import ChannelList\n"


def test_names_that_several_versions_define_are_asked_for_in_the_one_that_the_entry_names(tmp_path: Path) -> None:
    """What one version alone has, and names of one word, say nothing of versions."""
    for version, body in {"v1": "open_channel", "v2": "open_channel", "v3": "open_channel"}.items():
        (tmp_path / "code" / version).mkdir(parents=True)
        for module in ("channel", "service"):
            source = f"def {body}():\n    pass\n\n\ndef close():\n    pass\n\n\ndef only_in_{version}():\n    pass\n"
            (tmp_path / "code" / version / f"{module}.py").write_text(source)
    meant = elsewhere.handed_out(ENTRY, "chat")
    assert meant == {"service": "v2", "channel": "v3"}
    index_into(tmp_path / "code", tmp_path / "index")
    with opened(tmp_path / "index") as parts:
        found = elsewhere.drawn(parts.graph, meant)
        by_folder = elsewhere.drawn(parts.graph, {"": "v1"})
        del parts
    assert [(one.text, one.targets) for one in found] == [
        ("open channel", ("v3/channel.*",)),
        ("open channel", ("v2/service.*",)),
    ]
    assert {one.targets for one in by_folder} == {("v1/channel.*",), ("v1/service.*",)}


def test_a_module_is_found_in_whichever_form_and_a_file_only_as_itself() -> None:
    """`.*` covers every ending of one module, and no other file."""
    assert ndcg(["v1/a.d.ts"], ["v1/a.*"]) == ndcg(["v1/a.js"], ["v1/a.*"]) == ndcg(["v1/a.py"], ["v1/a.*"]) == 1.0
    assert ndcg(["v1/a.b.js", "v1/ab.js", "v2/a.js", "v1/a.json", "v1/a/b.js"], ["v1/a.*"]) == 0.0
    assert ndcg(["v1/a.d.ts"], ["v1/a.js"]) == 0.0
    assert ndcg(["v1/a.js"], ["v1"]) == 1.0
