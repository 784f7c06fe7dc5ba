"""Limits and pressure read from fixture trees: cgroup version 1, 2, nested, both at once, no limit; `RLIMIT_DATA`; PSI."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from lepasserelle.memory import Meter
from lepasserelle.memory import cgroups as cgroups_module
from lepasserelle.memory.cgroups import UNLIMITED_S, Cgroups
from lepasserelle.memory.kernel_files import read_or_none
from lepasserelle.memory.meter import ProcessLimit, Stall, SystemMemory

MIB = 1 << 20
NO_LIMIT_V1 = 9223372036854771712
_ON_LINUX = pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="needs Linux's /proc")


class Machine:
    """A proc tree and a sys tree that grow as a test needs them."""

    def __init__(self, root: Path) -> None:
        self.proc, self.sys = root / "proc", root / "sys"
        (self.proc / "10").mkdir(parents=True)
        (self.proc / "self").symlink_to("10")
        self.sys.mkdir()

    def meter(self) -> Meter:
        """A meter of this machine."""
        return Meter(self.proc, self.sys)

    def in_cgroups(self, cgroup: str, *mounts: str) -> None:
        """Say which cgroups the process is in and what is mounted."""
        (self.proc / "10/cgroup").write_text(cgroup)
        (self.proc / "10/mountinfo").write_text("22 27 0:21 / /proc rw - proc proc rw\n" + "\n".join(mounts) + "\n")

    def v2(self, folder: str, limit: object, current: int = 0, high: object = "max", **stat: int) -> None:
        """A cgroup of version 2."""
        path = self.sys / "fs/cgroup" / folder
        path.mkdir(parents=True, exist_ok=True)
        (path / "memory.max").write_text(f"{limit}\n")
        (path / "memory.high").write_text(f"{high}\n")
        (path / "memory.current").write_text(f"{current}\n")
        (path / "memory.stat").write_text("".join(f"{name} {amount}\n" for name, amount in stat.items()))

    def v1(self, folder: str, limit: int, usage: int = 0, **stat: int) -> None:
        """A cgroup of version 1's memory controller."""
        path = self.sys / "fs/cgroup/memory" / folder
        path.mkdir(parents=True, exist_ok=True)
        (path / "memory.limit_in_bytes").write_text(f"{limit}\n")
        (path / "memory.usage_in_bytes").write_text(f"{usage}\n")
        (path / "memory.stat").write_text("".join(f"{name} {amount}\n" for name, amount in stat.items()))

    def found(self) -> list[tuple[str, int, int | None]]:
        """(path below the cgroup mount, limit, usage) as the meter reads them."""
        top = f"{self.sys}/fs/cgroup"
        return [(cgroup.path.removeprefix(top), cgroup.limit_bytes, cgroup.usage_bytes) for cgroup in self.meter().cgroups()]


V2_MOUNT = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate"
V1_MOUNT = "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """An empty machine."""
    return Machine(tmp_path)


def test_version_2_limits_of_every_ancestor(machine: Machine) -> None:
    """The nearest first; those without a limit are left out; the root has none."""
    machine.in_cgroups("0::/user.slice/app.scope/inner\n", V2_MOUNT)
    machine.v2("user.slice", 800 * MIB, 300 * MIB)
    machine.v2("user.slice/app.scope", "max", 200 * MIB)
    machine.v2("user.slice/app.scope/inner", 500 * MIB, 100 * MIB)
    (machine.sys / "fs/cgroup/memory.stat").write_text("anon 5\n")
    assert machine.found() == [
        ("/user.slice/app.scope/inner", 500 * MIB, 100 * MIB),
        ("/user.slice", 800 * MIB, 300 * MIB),
    ]


def test_usage_is_without_what_the_kernel_can_drop(machine: Machine) -> None:
    """Clean page cache and reclaimable slab do not count; dirty pages, anonymous and shared memory do."""
    machine.in_cgroups("0::/a\n", V2_MOUNT)
    stat = {"active_file": 30 * MIB, "inactive_file": 40 * MIB, "file_dirty": 5 * MIB, "file_writeback": 1 * MIB}
    machine.v2("a", 500 * MIB, 100 * MIB, slab_reclaimable=2 * MIB, anon=20 * MIB, shmem=3 * MIB, **stat)
    assert machine.found() == [("/a", 500 * MIB, (100 - 30 - 40 + 6 - 2) * MIB)]


def test_the_throttling_limit_counts(machine: Machine) -> None:
    """Above `memory.high` every allocation waits: the smaller of both is the limit."""
    machine.in_cgroups("0::/a\n", V2_MOUNT)
    machine.v2("a", 500 * MIB, 1 * MIB, high=300 * MIB)
    assert machine.found() == [("/a", 300 * MIB, MIB)]


def test_version_1_limits(machine: Machine) -> None:
    """A number near 2^63 is no limit; hierarchical figures are used."""
    machine.in_cgroups("4:memory:/docker/x\n2:cpu,cpuacct:/docker/x\n", V1_MOUNT)
    machine.v1(
        "docker/x", 400 * MIB, 90 * MIB, total_active_file=10 * MIB, total_inactive_file=20 * MIB, total_dirty=MIB, active_file=1
    )
    machine.v1("docker", NO_LIMIT_V1)
    machine.v1("", (1 << 63) - 1)
    assert machine.found() == [("/memory/docker/x", 400 * MIB, 61 * MIB)]


def test_version_1_tells_of_ancestors_that_are_not_mounted(machine: Machine) -> None:
    """`hierarchical_memory_limit` is the least of all above, also of those outside the container."""
    machine.in_cgroups("4:memory:/docker/x\n", "35 31 0:32 /docker/x /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory")
    machine.v1("", NO_LIMIT_V1, 7 * MIB, hierarchical_memory_limit=250 * MIB)
    assert machine.found() == [("/memory", 250 * MIB, 7 * MIB)]


def test_both_versions_at_once(machine: Machine) -> None:
    """Hybrid: the memory controller is in version 1 while version 2 is mounted beside it; whichever limits is read."""
    machine.in_cgroups(
        "9:name=systemd:/\n4:memory:/job\n0::/other\n", V1_MOUNT, "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw"
    )
    machine.v1("job", 300 * MIB, 10 * MIB)
    (machine.sys / "fs/cgroup/unified/other").mkdir(parents=True)
    assert machine.found() == [("/memory/job", 300 * MIB, 10 * MIB)]
    machine.v2("unified/other", 200 * MIB, 20 * MIB)
    assert ("/unified/other", 200 * MIB, 20 * MIB) in machine.found()


@pytest.mark.parametrize("cgroup", ["0::/\n", "0::/../../host.slice\n", "0::/elsewhere/x\n"])
def test_a_namespace_shows_its_own_root(machine: Machine, cgroup: str) -> None:
    """A path outside of what is mounted leaves the mount point itself."""
    machine.in_cgroups(cgroup, "30 23 0:26 /pod/box /sys/fs/cgroup rw - cgroup2 cgroup2 rw")
    machine.v2("", 128 * MIB, 64 * MIB)
    assert machine.found() == [("", 128 * MIB, 64 * MIB)]


def test_a_container_that_sees_the_hosts_names_finds_its_cgroup(machine: Machine) -> None:
    """The mount's root is cut off from the path."""
    machine.in_cgroups("0::/pod/box/inner\n", "30 23 0:26 /pod/box /sys/fs/cgroup rw - cgroup2 cgroup2 rw")
    machine.v2("inner", 64 * MIB, MIB)
    machine.v2("", 128 * MIB, 2 * MIB)
    assert machine.found() == [("/inner", 64 * MIB, MIB), ("", 128 * MIB, 2 * MIB)]


def test_a_mount_point_with_a_space_is_found(machine: Machine) -> None:
    r"""The kernel writes it as `\040`."""
    machine.in_cgroups("0::/a\n", r"30 23 0:26 / /sys/fs/c\040group rw - cgroup2 cgroup2 rw")
    folder = machine.sys / "fs/c group/a"
    folder.mkdir(parents=True)
    (folder / "memory.max").write_text(f"{5 * MIB}\n")
    assert [cgroup.limit_bytes for cgroup in machine.meter().cgroups()] == [5 * MIB]


def test_a_process_that_is_moved_is_found_again(machine: Machine) -> None:
    """Which cgroup it is in is read each time."""
    machine.in_cgroups("0::/a\n", V2_MOUNT)
    machine.v2("a", 50 * MIB)
    machine.v2("b", 70 * MIB)
    meter = machine.meter()
    assert [cgroup.limit_bytes for cgroup in meter.cgroups()] == [50 * MIB]
    (machine.proc / "10/cgroup").write_text("0::/b\n")
    assert [cgroup.limit_bytes for cgroup in meter.cgroups()] == [70 * MIB]


def test_a_cheap_look_does_not_ask_again_who_had_no_limit(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Limited ones are read each time; others after some seconds, at an exact look, and when the process is moved."""
    machine.in_cgroups("0::/a/b\n", V2_MOUNT)
    machine.v2("a", 50 * MIB, current=MIB)
    machine.v2("a/b", "max")
    now_s, opened = [0.0], []
    cgroups = Cgroups(str(machine.proc), str(machine.sys), lambda: now_s[0])
    monkeypatch.setattr(cgroups_module, "read_or_none", lambda path: opened.append(path) or read_or_none(path))
    assert [one.limit_bytes for one in cgroups.read(cheap=True)] == [50 * MIB]
    opened.clear()
    machine.v2("a", 40 * MIB, current=2 * MIB)
    machine.v2("a/b", 10 * MIB)
    (found,) = cgroups.read(cheap=True)
    assert (found.limit_bytes, found.usage_bytes) == (40 * MIB, 2 * MIB)
    assert not any("/a/b/" in path for path in opened)
    assert [one.limit_bytes for one in cgroups.read()] == [10 * MIB, 40 * MIB], "an exact look asks all"
    machine.v2("c", 7 * MIB)
    (machine.proc / "10/cgroup").write_text("0::/c\n")
    assert [one.limit_bytes for one in cgroups.read(cheap=True)] == [7 * MIB]
    machine.v2("", 5 * MIB)
    assert len(cgroups.read(cheap=True)) == 1
    now_s[0] += UNLIMITED_S
    assert [one.limit_bytes for one in cgroups.read(cheap=True)] == [7 * MIB, 5 * MIB]


@pytest.mark.parametrize("limit", ["max", "", "many", "-1", str(1 << 63), str((1 << 64) - 1), str(NO_LIMIT_V1)])
def test_what_is_no_limit_is_none(machine: Machine, limit: str) -> None:
    """The word, the numbers that mean it, and what cannot be read as a number."""
    machine.in_cgroups("0::/a\n", V2_MOUNT)
    machine.v2("a", limit, 5)
    assert machine.found() == []


def test_usage_that_cannot_be_read_is_unknown(machine: Machine) -> None:
    """The limit stays known; the usage is None, never 0."""
    machine.in_cgroups("0::/a\n", V2_MOUNT)
    machine.v2("a", 5 * MIB)
    (machine.sys / "fs/cgroup/a/memory.current").unlink()
    assert machine.found() == [("/a", 5 * MIB, None)]


def test_a_machine_without_cgroups_has_none(machine: Machine, tmp_path: Path) -> None:
    """Neither files nor a proc tree."""
    assert machine.found() == []
    machine.in_cgroups("garbage\n0:\n\n", "not a mount", "1 2 3 - cgroup2")
    assert machine.found() == []
    assert Meter(tmp_path / "no", tmp_path / "no").cgroups() == ()


def test_the_data_limit_is_the_soft_one(machine: Machine) -> None:
    """Compared with `VmData`; unlimited is None."""
    (machine.proc / "10/limits").write_text(
        "Limit                     Soft Limit           Hard Limit           Units     \n"
        "Max cpu time              unlimited            unlimited            seconds   \n"
        "Max data size             1048576              unlimited            bytes     \n"
    )
    (machine.proc / str(os.getpid())).mkdir()
    (machine.proc / f"{os.getpid()}/status").write_text("VmData:\t     512 kB\n")
    assert machine.meter().data_limit() == ProcessLimit(1048576, 512 * 1024)
    (machine.proc / "10/limits").write_text("Max data size             unlimited            unlimited            bytes     \n")
    assert machine.meter().data_limit() is None


def test_pressure_is_read_and_may_be_missing(machine: Machine) -> None:
    """`some` and `full` of the last ten seconds; None where the kernel keeps none."""
    assert machine.meter().stall() is None
    (machine.proc / "pressure").mkdir()
    file = machine.proc / "pressure/memory"
    file.write_text("some avg10=12.50 avg60=1.00 avg300=0.10 total=5\nfull avg10=3.00 avg60=0.00 avg300=0.00 total=1\n")
    assert machine.meter().stall() == Stall(12.5, 3.0)
    file.write_text("some avg10=0.25 avg60=0.00 avg300=0.00 total=0\n")
    assert machine.meter().stall() == Stall(0.25, 0.0)
    file.write_text("nothing of use\n")
    assert machine.meter().stall() is None


def test_the_machines_memory(machine: Machine, tmp_path: Path) -> None:
    """From `meminfo`; unknown when it does not say; by psutil where there is no proc."""
    assert machine.meter().system() is None
    (machine.proc / "meminfo").write_text("MemTotal:  1000 kB\nMemFree: 1 kB\nMemAvailable:   400 kB\n")
    assert machine.meter().system() == SystemMemory(1000 * 1024, 400 * 1024)
    elsewhere = Meter(tmp_path / "no").system()
    assert elsewhere is not None
    assert elsewhere.total_bytes > elsewhere.available_bytes > 0


@_ON_LINUX
def test_the_real_split_adds_up() -> None:
    """Anonymous, file and shared are the resident bytes; the cheap counters agree with the exact ones within two megabytes."""
    meter = Meter()
    exact, quick = meter.read(), meter.quick_split()
    assert quick is not None
    assert exact.rss_bytes is not None
    assert exact.anonymous_bytes is not None
    assert exact.file_bytes is not None
    assert exact.shared_bytes is not None
    assert exact.data_bytes is not None
    assert abs(exact.anonymous_bytes + exact.file_bytes + exact.shared_bytes - exact.rss_bytes) < 2 * MIB
    assert abs(quick[0] - exact.anonymous_bytes) < 2 * MIB
    assert exact.data_bytes > exact.anonymous_bytes // 2
    system = meter.system()
    assert system is not None
    assert 0 < system.available_bytes < system.total_bytes


@_ON_LINUX
def test_the_real_data_limit_is_seen() -> None:
    """A child that sets one for itself reads it back, and what it uses is under it."""
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_DATA, (900 << 20, 900 << 20))\n"
        "from lepasserelle.memory import Meter; print(*Meter().data_limit())"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    limit, used = map(int, found.stdout.split())
    assert limit == 900 << 20
    assert MIB < used < limit
    assert resource.getrlimit(resource.RLIMIT_DATA)[0] != limit
