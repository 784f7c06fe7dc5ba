"""A child that does nothing but fork: it has imported what the others need, and every other child begins as a copy of it.

The child's side of `nursery`; Linux only. One thread, no library's threads, no job of its own, so that a fork copies nothing that
is half done. Invariants: a fork has the descriptors that were sent for it and none of another one's; it dies when this process
does, and this one when its parent does; every end of a fork is told with its status, once, and nobody else's id is ever signalled.
"""

import gc
import os
import select
import signal
import socket
import sys
import traceback
from collections import Counter, deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Final, NoReturn

import msgspec

from lepasserelle.headstart import EDITED, SELDOM_READ, shallow_files
from lepasserelle.ingest import keeping
from lepasserelle.ingest.parenthood import die_with_parent

DESCRIPTORS: Final = 3
"""Of a fork: requests, replies, standard error."""

MOST_LOADED: Final = 4
"""Languages that are compiled before the forks; a message has room for their names."""

_WORTH_LOADING_FILES: Final = 48
"""Of one language: with three batches and more no child parses without some of them."""

_WORTH_GUESSING_FILES: Final = 16
"""The same before anybody asks, of the files that are seen at a glance: the parent still walks, so that nobody waits for it."""

_IDLE_MS: Final = 40
"""So long nobody asks for anything while others work."""

_MESSAGE_BYTES: Final = 256
_KEEPER: Final = ("-S", "-P")
"""Switches of an interpreter that imports nothing it is not told to: 3 MB, where one with `site` takes 4 and this one 12."""
_FOR_PARSING: Final = ("lepasserelle.ingest.reading", "lepasserelle.files", "lepasserelle.parse", "lepasserelle.storage.text")
_FOR_BUILDING: Final = ("numpy", "lepasserelle.ingest.building", "lepasserelle.graph.linking", "lepasserelle.terms.collect")
"""Nothing that starts a thread: numeric libraries are told to have one only, and the search engine is loaded by who needs it."""
_FOR_TERMS: Final = ("numpy", "lepasserelle.terms.collect")
"""What reads one file of few collects its terms too."""

_FOR_EDITS: Final = (
    *_FOR_BUILDING,
    "lepasserelle.graph:moved",
    "lepasserelle.graph:Graph",
    "lepasserelle.ingest.relinking",
    "lepasserelle.ingest.asides",
    "lepasserelle.lexical:build",
    "lepasserelle.lexical.trigram_build",
    "lepasserelle.vectors:build",
    "lepasserelle.storage.frozen",
)
"""All that is built after an edit: the parent has what one child parsed sooner than a builder would have imported it."""


class Fork(msgspec.Struct, frozen=True, array_like=True, tag="fork"):
    """Begin one more child; its descriptors come along."""

    builds: bool


class Load(msgspec.Struct, frozen=True, array_like=True, tag="load"):
    """Compile what reads files of these languages, so that those who parse need not, each for itself. Few: see `MOST_LOADED`."""

    languages: tuple[str, ...]


class Kill(msgspec.Struct, frozen=True, array_like=True, tag="kill"):
    """End it at once."""

    pid: int


class Limit(msgspec.Struct, frozen=True, array_like=True, tag="limit"):
    """Set its `RLIMIT_DATA`, in bytes."""

    pid: int
    soft_bytes: int
    hard_bytes: int


class Retire(msgspec.Struct, frozen=True, array_like=True, tag="retire"):
    """No fork will be asked for any more: give back what they would have begun with, and see to those that live."""


class Born(msgspec.Struct, frozen=True, array_like=True, tag="born"):
    """The next of those that were asked for runs; 0: the system refused it."""

    pid: int


class Ended(msgspec.Struct, frozen=True, array_like=True, tag="ended"):
    """It has ended: exit status, or the negative of a signal."""

    pid: int
    status: int


Request = Fork | Load | Kill | Limit | Retire
Notice = Born | Ended

encode: Final = msgspec.msgpack.Encoder().encode
decode_request: Final = msgspec.msgpack.Decoder(Request).decode
decode_notice: Final = msgspec.msgpack.Decoder(Notice).decode


def serve(descriptor: int, work: Callable[[], None], project: str = "", *edited: str) -> None:
    """Fork on request until the socket `descriptor` is closed at the other side; a fork does `work` with its standard streams.
    `project`: a folder whose languages are compiled before anybody asks; or `EDITED`, and names of files whose languages are.
    """
    control = socket.socket(fileno=os.dup(descriptor))
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123
        os.dup2(nothing.fileno(), descriptor)
    _import(_FOR_PARSING)
    if project == EDITED:
        if edited:
            _import(_FOR_TERMS)
            load(languages_of(edited))
        _Server(control, work, _FOR_EDITS if edited else ()).run()
        return
    if project:
        load(likely_languages(project))
    _Server(control, work).run()


class _Server:
    def __init__(self, control: socket.socket, work: Callable[[], None], ahead: Iterable[str] = ()) -> None:
        """`ahead`: modules to be imported one after the other, whenever nobody asks for anything."""
        self._control = control
        self._work = work
        self._ahead = deque(ahead)
        self._alive: set[int] = set()
        self._is_ready_to_build = False
        self._woken, self._wake = os.pipe()
        os.set_blocking(self._wake, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # a handler, so that the descriptor below is written to
        signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)

    def run(self) -> None:
        """Until nobody asks any more; then no fork is left."""
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        poll.register(self._woken, select.POLLIN)
        with suppress(BrokenPipeError, ConnectionResetError):
            while True:
                ready = {number for number, _ in poll.poll(self._patience_ms())}
                if not ready:
                    self._go_ahead()
                if self._woken in ready:
                    os.read(self._woken, _MESSAGE_BYTES)
                    self._reap()
                if self._control.fileno() in ready and not self._answer():
                    break
        for pid in self._alive:
            os.kill(pid, signal.SIGKILL)

    def _patience_ms(self) -> int | None:
        if self._ahead:
            return 0
        return None if not self._alive or self._is_ready_to_build else _IDLE_MS

    def _go_ahead(self) -> None:
        """Nobody asks: import what is next."""
        if not self._ahead:
            self._get_ready_to_build()
            return
        _import((self._ahead.popleft(),))
        self._is_ready_to_build = not self._ahead

    def _get_ready_to_build(self) -> None:
        """Import what builders need. While others parse nobody waits for it; when the first builder is asked for, a core would."""
        unload()  # the heap that it leaves takes what is imported next
        _import((*_FOR_BUILDING, *self._ahead))
        self._ahead.clear()
        self._is_ready_to_build = True

    def _reap(self) -> None:
        """Say of everyone that has ended how it did."""
        while self._alive:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            self._alive.discard(pid)
            self._control.send(encode(Ended(pid, os.waitstatus_to_exitcode(status))))

    def _answer(self) -> bool:
        """Do what the next message says; False when there is none to come."""
        message, descriptors, _, _ = socket.recv_fds(self._control, _MESSAGE_BYTES, DESCRIPTORS)
        if not message:
            return False
        request = decode_request(message)
        if isinstance(request, Fork):
            self._fork(descriptors, builds=request.builds)
        elif isinstance(request, Load):
            load(request.languages)
        elif isinstance(request, Retire):
            self._retire()
        elif request.pid not in self._alive:
            pass
        elif isinstance(request, Kill):
            os.kill(request.pid, signal.SIGKILL)
        else:
            _limit(request)
        return True

    def _retire(self) -> None:
        """Become a program that does no more than see to the forks: no parent can give back what an interpreter has imported."""
        if not Path(keeping.__file__).is_file():  # this package lies where no other program can read it
            return
        self._control.set_inheritable(True)
        words = [*_KEEPER, keeping.__file__, str(self._control.fileno()), *map(str, self._alive)]
        with suppress(OSError):  # then all stays as it is
            os.execv(sys.executable, [sys.executable, *words])  # noqa: S606 - our own interpreter

    def _fork(self, descriptors: list[int], *, builds: bool) -> None:
        if builds and not self._is_ready_to_build:
            self._get_ready_to_build()
        gc.freeze()  # a collection on either side would write to every object that both have
        server = os.getpid()
        try:
            pid = os.fork()
        except OSError as error:
            os.write(descriptors[-1], f"{error}\n".encode())
            pid = 0
        else:
            if pid == 0:
                self._become(descriptors, server)
            self._alive.add(pid)
        for descriptor in descriptors:
            os.close(descriptor)
        self._control.send(encode(Born(pid)))

    def _become(self, descriptors: list[int], server: int) -> NoReturn:
        """In the fork: forget what is the server's, work, leave as an interpreter would."""
        status = 1
        try:
            die_with_parent(server)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for standard, descriptor in enumerate(descriptors):
                os.dup2(descriptor, standard)
            for descriptor in (*descriptors, self._woken, self._wake):
                os.close(descriptor)
            self._control.close()
            self._work()
            status = 0
        except BaseException:  # noqa: BLE001 - what an interpreter does with it at the end of a program
            traceback.print_exc()
        finally:
            with suppress(OSError, ValueError):
                sys.stderr.flush()
            os._exit(status)


def _limit(request: Limit) -> None:
    import resource

    with suppress(OSError, ValueError):
        resource.prlimit(request.pid, resource.RLIMIT_DATA, (request.soft_bytes, request.hard_bytes))


def _import(names: tuple[str, ...]) -> None:
    """Modules, and behind a colon what a package loads when it is asked for."""
    for name in names:
        module, _, attribute = name.partition(":")
        loaded = import_module(module)
        if attribute:
            getattr(loaded, attribute)


def load(languages: tuple[str, ...]) -> None:
    """Compile the queries of these languages, where there are any: one of text has none. 30 to 150 ms and up to 3 MB each."""
    from lepasserelle.parse.grammar import grammar
    from lepasserelle.parse.languages import LANGUAGES

    for language in languages:
        if language in LANGUAGES:
            grammar(language)


def languages_of(names: Iterable[str]) -> tuple[str, ...]:
    """The languages with a grammar of files with these names, the most frequent first."""
    from lepasserelle.files.language import language_of_name
    from lepasserelle.parse.languages import LANGUAGES

    return often(Counter(name for name in map(language_of_name, names) if name in LANGUAGES), 1)


def likely_languages(project: str) -> tuple[str, ...]:
    """The most frequent languages with a grammar of the files of a folder by their names, where several children may meet them."""
    from lepasserelle.files.language import language_of_name
    from lepasserelle.parse.languages import LANGUAGES

    names = map(language_of_name, shallow_files(project, SELDOM_READ))
    return often(Counter(name for name in names if name in LANGUAGES), _WORTH_GUESSING_FILES)


def often(found: Counter[str], least_files: int = _WORTH_LOADING_FILES) -> tuple[str, ...]:
    """Languages that several children will meet, the most frequent first."""
    return tuple(name for name, count in found.most_common(MOST_LOADED) if count >= least_files)


def unload() -> None:
    """Forget them: nobody who builds parses, and whoever still does compiles for itself."""
    from lepasserelle.parse.grammar import grammar

    grammar.cache_clear()
