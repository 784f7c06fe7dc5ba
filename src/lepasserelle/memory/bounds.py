"""What bounds this process, for a command that asks one question and ends: of all that the meter tells no more than that.

Not here: how much is held, and any decision. Invariant: what is said here the meter says, too.
"""

from typing import Final

from lepasserelle.memory import procfs
from lepasserelle.memory.cgroups import CgroupMemory, Cgroups
from lepasserelle.memory.kernel_files import read_or_none

_PROC: Final = "/proc"
_SYS: Final = "/sys"


def limiting_cgroups() -> tuple[CgroupMemory, ...]:
    """As `Meter.cgroups`."""
    return Cgroups(_PROC, _SYS).read()


def has_data_limit() -> bool:
    """Whether there is an `RLIMIT_DATA`; what of it is used is not asked."""
    return procfs.data_limit(read_or_none(f"{_PROC}/self/limits") or b"") is not None
