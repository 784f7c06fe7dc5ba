"""What came back too soon stays longer, and in the end is not loaded whole."""

from hypothesis import given
from hypothesis import strategies as st

from lepasserelle.memory.returns import ReturnRules, Returns

RULES = ReturnRules(residency_s=5.0, window_s=100.0, longest_s=60.0, paged_after=3, ghosts=4)


def test_a_first_load_is_no_return_and_is_protected_for_a_moment() -> None:
    """It was never spilled, and stays its minimum residency."""
    returns = Returns(RULES)
    assert returns.may_spill("pdg", 0.0)
    found = returns.reloaded("pdg", 10.0)
    assert (found.count, found.populate) == (0, True)
    assert not returns.may_spill("pdg", 14.9)
    assert returns.may_spill("pdg", 15.0)


def test_each_return_doubles_the_residency_up_to_the_longest() -> None:
    """5, 10, 20, 40, then 60 seconds."""
    returns, now_s, stays = Returns(RULES), 0.0, []
    for _ in range(6):
        returns.reloaded("pdg", now_s)
        stays.append(returns.protected_until_s("pdg") - now_s)
        now_s += stays[-1]
        returns.spilled("pdg", now_s)
        now_s += 1.0
    assert stays == [5.0, 10.0, 20.0, 40.0, 60.0, 60.0]


def test_the_third_return_within_the_window_comes_page_by_page() -> None:
    """Two returns are loaded whole; from the third on, pages come one by one; a quiet window forgets it."""
    returns, now_s, populated = Returns(RULES), 0.0, []
    for _ in range(5):
        populated.append(returns.reloaded("pdg", now_s).populate)
        returns.spilled("pdg", now_s + 5)
        now_s += 10
    assert populated == [True, True, True, False, False]
    now_s += RULES.window_s + 10
    assert returns.reloaded("pdg", now_s).populate
    assert returns.reloaded("pdg", now_s).count == 0


def test_a_reload_after_the_window_is_no_return() -> None:
    """It was away long enough that giving it up was right."""
    returns = Returns(RULES)
    returns.spilled("pdg", 0.0)
    assert returns.reloaded("pdg", 101.0).count == 0
    returns.spilled("pdg", 110.0)
    assert returns.reloaded("pdg", 200.0).count == 1


def test_names_do_not_disturb_each_other_and_the_oldest_is_forgotten() -> None:
    """The record is bounded."""
    returns = Returns(RULES)
    returns.spilled("pdg", 0.0)
    returns.reloaded("vectors", 1.0)
    assert returns.may_spill("pdg", 1.0)
    for number in range(4):
        returns.spilled(f"other{number}", 2.0)
    assert returns.reloaded("pdg", 3.0).count == 0
    returns.forget("pdg")
    assert returns.may_spill("pdg", 3.0)


@given(st.lists(st.tuples(st.booleans(), st.floats(0.0, 50.0)), max_size=40))
def test_the_residency_never_leaves_its_bounds(steps: list[tuple[bool, float]]) -> None:
    """Whatever the order of spills and reloads."""
    returns, now_s = Returns(RULES), 0.0
    for reload, wait_s in steps:
        now_s += wait_s
        if reload:
            returns.reloaded("x", now_s)
            stay_s = returns.protected_until_s("x") - now_s
            assert RULES.residency_s <= round(stay_s, 6) <= RULES.longest_s
        else:
            returns.spilled("x", now_s)
