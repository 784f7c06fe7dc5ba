"""What a command that asks one question reads of limits is what the meter reads."""

import subprocess
import sys

import pytest

from lepasserelle.memory import bounds
from lepasserelle.memory.meter import Meter


def test_cgroups_are_those_of_the_meter() -> None:
    """The same folders with the same limits; what is used moves on meanwhile."""
    told = [(group.path, group.limit_bytes) for group in bounds.limiting_cgroups()]
    assert told == [(group.path, group.limit_bytes) for group in Meter().cgroups()]


def test_a_data_limit_is_seen_where_the_meter_sees_one() -> None:
    """None in this process, by both."""
    assert bounds.has_data_limit() == (Meter().data_limit() is not None)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc/self/limits")
def test_a_data_limit_of_a_process_is_seen() -> None:
    """Whatever of it is used."""
    import resource

    program = "from lepasserelle.memory import bounds; print(bounds.has_data_limit())"
    limited = subprocess.run(
        [sys.executable, "-c", f"import resource; resource.setrlimit(resource.RLIMIT_DATA, (1 << 31, 1 << 31)); {program}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert limited.stdout == "True\n"
    if resource.getrlimit(resource.RLIMIT_DATA)[0] == resource.RLIM_INFINITY:
        assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "False\n"
