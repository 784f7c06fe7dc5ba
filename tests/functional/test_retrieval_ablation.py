"""What each weight of the ranking is worth: the questions that are made of names, and the table that says it."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from lepasserelle import LeIndex
from lepasserelle.graph import Graph
from lepasserelle.query.weights import Weights
from lepasserelle.storage import Index
from retrieval.ablation import Ablation, report, settings
from retrieval.known_items import FORMS, SHARED, known_items
from retrieval.questions import Package
from retrieval.scoring import Question

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


def test_every_weight_that_is_swept_stands_in_the_table_with_what_it_is_worth(index: Path) -> None:
    """One row a weight, one column a set; and what a package gets that has no part in the choice."""
    questions = (Question("shop", "python", "task", "count the money of the day", ("orders.py",)),)
    tasks, names = Ablation(swept=True), Ablation()
    for name in ("shop", "the same shop"):
        tasks.ask(Package(name, "pypi", name, "1", ".", questions), index, names)
    said = report({"tasks": tasks, "names": names})
    rows = [line.split(" | ") for line in said.splitlines() if line.startswith("| ")]
    assert rows[0][0].removeprefix("| ") == "without"
    assert rows[0][1] == "tasks (2)"
    unsaid = {"pool", "short_list", "repeated_file", "further_share"}
    assert {row[0].removeprefix("| ") for row in rows} >= set(Weights.__struct_fields__) - unsaid | {"all weights"}
    assert "leave one package out" in tasks.leave_one_out()
    assert len(settings()) == 3 * (len(settings(swept=False)) - 1) + 1
