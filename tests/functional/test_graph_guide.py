"""`docs/guide/graph.md` does what it says: its commands print what stands there, its Python is run."""

import re
from pathlib import Path
from typing import Any, get_args

import pytest
from test_search_guide import BLOCK, PYTHON, run, told

from lepasserelle.leindex import EdgeWord

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "graph.md"

BANK = {
    "bank/__init__.py": "",
    "bank/accounts.py": '''"""Accounts."""


class Account:
    """Money of one owner."""

    def __init__(self, balance=0):
        self.balance = balance

    def withdraw(self, amount):
        """Take money out."""
        if amount > self.balance:
            raise ValueError("not enough")
        self.balance -= amount

    def close(self):
        self.balance = 0


class Savings(Account):
    """An account that is kept for a while."""

    def withdraw(self, amount):
        super().withdraw(amount + 1)

    @property
    def is_open(self):
        return self.balance > 0

    def state(self):
        return "open" if self.is_open else "closed"
''',
    "bank/ledger.py": '''"""What was done."""

import json


class Ledger:
    def __init__(self, out):
        self.out = out

    def record(self, *entry):
        self.out.write(json.dumps(entry))

    def close(self):
        self.out.close()
''',
    "bank/transfers.py": '''"""Money from one account to another."""

from bank.accounts import Account, Savings
from bank.ledger import Ledger


def _rate(amount):
    if amount > 1000:
        return 0.01
    return 0.02


def transfer(source: Account, target: Account, amount, ledger: Ledger):
    notes = []
    fee = amount * _rate(amount)
    if fee < 1:
        fee = 1
    notes.append(amount)
    source.withdraw(amount + fee)
    target.balance += amount - fee
    ledger.record(amount, notes)


def main(out):
    transfer(Savings(100), Account(), 10, Ledger(out))


def finish(thing):
    thing.close()


def _forgotten(amount):
    return amount
''',
    "tests/test_transfers.py": """import io

from bank.accounts import Account
from bank.transfers import main


def test_money_is_moved():
    main(io.StringIO())


def test_no_more_than_there_is():
    Account(1).withdraw(1)
""",
}


def made(folder: Path) -> Path:
    """The bank of the guide, in a folder."""
    for name, text in BANK.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    run(folder, "leindex index")
    return folder


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Indexed once."""
    return made(tmp_path_factory.mktemp("bank"))


def test_the_commands_of_the_guide_print_what_it_shows(bank: Path) -> None:
    """Word for word, so that nobody reads of an option or an output that is not there."""
    blocks = BLOCK.findall(GUIDE.read_text(encoding="utf-8"))
    assert len(blocks) == 9
    for block in blocks:
        assert told(bank, block).splitlines() == block.splitlines()


def test_the_guide_names_as_kept_just_the_edges_that_can_be_asked_for() -> None:
    """What is derived when asked, as overriding is, is named behind them."""
    kept = re.search(r"who ([a-z, ]+) whom", GUIDE.read_text(encoding="utf-8"))
    assert kept is not None
    assert set(re.findall(r"\w+", kept[1])) - {"and"} == set(get_args(EdgeWord)) - {"any"}


def test_the_python_of_the_guide_runs(bank: Path) -> None:
    """With its own assertions; what it asked for is in the bank."""
    (code,) = PYTHON.findall(GUIDE.read_text(encoding="utf-8"))
    names: dict[str, Any] = {"project": bank}
    exec(compile(code, str(GUIDE), "exec"), names)
    assert (names["edge"].source, names["edge"].target) == ("bank.transfers.transfer", "bank.ledger.Ledger.record")
    tests = {one.symbol.rpartition(".")[2] for one in names["reached"].reached if one.is_test}
    assert tests == {"test_money_is_moved", "test_no_more_than_there_is"}
    assert (names["kept"].symbol, names["kept"].is_complete) == ("bank.transfers.transfer", True)


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        place = made(Path(name))
        text = GUIDE.read_text(encoding="utf-8")
        GUIDE.write_text(BLOCK.sub(lambda block: f"```console\n{told(place, block[1])}```", text), encoding="utf-8")
