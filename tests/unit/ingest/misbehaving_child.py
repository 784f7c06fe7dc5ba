"""A child process for tests: answers parse jobs by what the file is called, and dies, hangs or lies where the name says so.

`crash-<signal>…` dies by that signal, `crash-once-<signal>…` only when it is not alone in its job, `exit…` leaves with status 3,
`hang…` never answers, `noise…` writes something that is no frame, `stray…` prints, `skip…` is left out, `big…` answers with 1 MiB.
"""

import os
import sys
import time

from lepasserelle.files import FileEntry
from lepasserelle.ingest.frames import read_frame, write_frame
from lepasserelle.ingest.messages import Parsed, ParseJob, Ready, Start, Unread, decode_job, encode
from lepasserelle.storage import ContentKey, ParsedFile


def main() -> None:
    """Serve jobs until the end of input."""
    out = os.dup(1)
    os.dup2(2, 1)
    start = decode_job(read_frame(0) or b"")
    assert isinstance(start, Start)
    if "no-start" in start.project:
        sys.exit("this child cannot start")
    write_frame(out, encode(Ready()))
    while (frame := read_frame(0)) is not None:
        job = decode_job(frame)
        assert isinstance(job, ParseJob)
        for entry in job.entries:
            _behave(out, entry.path, is_alone=len(job.entries) == 1)
            write_frame(out, encode(_answer(entry)))


def _behave(out: int, name: str, *, is_alone: bool) -> None:
    if name.startswith("crash-once-") and not is_alone:
        os.kill(os.getpid(), int(name.split("-")[2]))
    elif name.startswith("crash-") and not name.startswith("crash-once-"):
        os.kill(os.getpid(), int(name.split("-")[1]))
    elif name.startswith("exit"):
        sys.stderr.write("Traceback: the parser gave up\n")
        sys.stderr.flush()
        os._exit(3)
    elif name.startswith("hang"):
        time.sleep(600)
    elif name.startswith("noise"):
        os.write(out, b"\xff" * 64)
    elif name.startswith("stray"):
        sys.stdout.write("a stray line on standard output\n")
        sys.stdout.flush()


def _answer(entry: FileEntry) -> Parsed | Unread:
    if entry.path.startswith("skip"):
        return Unread(entry.path, "because of its name")
    key = ContentKey(entry.path.encode()[:16].ljust(16), "text")
    facts = bytes(1 << 20) if entry.path.startswith("big") else b"facts"
    return Parsed(entry.path, entry.size_bytes, entry.mtime_ns, key, 1, 0, ParsedFile(key, facts, b"terms", b"text", 1, 0))


if __name__ == "__main__":
    main()
