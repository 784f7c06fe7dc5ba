"""A slice says where it uses what a library keeps for all, and another function sets it."""

import pytest
from executed import OneFile

SEEDED = """import random
def start(n):
    random.seed(n)
def roll():
    return random.randint(1, 6)
start(4)
print(roll())  # probe
"""
OWN = """import random
def start(n):
    return random.Random(n)
def roll(dice):
    return dice.randint(1, 6)
print(roll(start(4)))  # probe
"""
UNSEEDED = """import random
def roll():
    return random.randint(1, 6)
print(roll())  # probe
"""
ENVIRONMENT = """import os
def start(v):
    os.environ["MODE"] = v
def mode():
    return os.getenv("MODE")
start("x")
print(mode())  # probe
"""
STREAM = """import sys
def quiet(stream):
    sys.stdout = stream
def show(v):
    print(v)  # probe
quiet(open("x"))
show(1)
"""
FOLDER = """import os
def enter(p):
    os.chdir(p)
def here():
    return os.getcwd()
enter("x")
print(here())  # probe
"""
NOTE = "what libraries keep for all who use them"


@pytest.mark.parametrize(
    ("text", "used"),
    [
        (SEEDED, "random.randint in line 5"),
        (ENVIRONMENT, "os.getenv in line 5"),
        (STREAM, "print in line 5"),
        (FOLDER, "os.getcwd in line 5"),
    ],
    ids=["random", "environment", "stream", "folder"],
)
def test_a_use_of_what_another_function_sets_is_said(text: str, used: str) -> None:
    """Nothing leads from one to the other but the library."""
    notes = [note for note in OneFile(text).ask("probe", forward=False).notes if note.startswith(NOTE)]
    assert len(notes) == 1
    assert used in notes[0]


@pytest.mark.parametrize("text", [OWN, UNSEEDED], ids=["own", "unseeded"])
def test_a_state_of_its_own_or_one_that_nobody_sets_is_not(text: str) -> None:
    """A note everywhere would be no answer."""
    assert not any(note.startswith(NOTE) for note in OneFile(text).ask("probe", forward=False).notes)


def test_a_setting_whose_use_is_elsewhere_is_said_forward() -> None:
    """Whoever rolls afterwards rolls something else."""
    found = OneFile(SEEDED).ask("random.seed", forward=True)
    assert any(note.startswith(NOTE) and "random.seed in line 3" in note for note in found.notes)
