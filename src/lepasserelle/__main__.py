"""Where the command `leindex` begins: words that must stay small and quick go to their face at once, all others to click.

`leindex mcp` is run once for every client of every agent and stays for as long as the client does, so it pays for nothing that it
does not use: not even for click. Not here: what any command does.
"""

import gc
import os
import sys
from importlib import import_module
from typing import Final, NoReturn

from lepasserelle.loading import interrupts_end, open_standard

_COLLECT_EVERY: Final = 50_000
"""So many objects more before all is looked through for cycles: what is loaded stays, and a short command ends before it pays."""

_ONE_THREAD: Final = "OPENBLAS_NUM_THREADS"
"""Of linear algebra: a second thread takes 32 MB and, waiting for work that is never enough for two, a quarter of a short command's
processor time.
"""


def main() -> None:
    """Run the command line of this process."""
    open_standard()
    word, rest = sys.argv[1:2], sys.argv[2:]
    if word == ["mcp"] and _be_relay(rest):
        return
    if word in (["grep"], ["search"]):
        _find_lines(word[0], rest)
    os.environ.setdefault(_ONE_THREAD, "1")
    if word == ["mcp-server"]:
        from lepasserelle.faces.mcp.shared import main as serve

        offer_control()
        serve(rest)
        return
    interrupts_end()  # until its command is loaded
    if word == ["index"]:
        from lepasserelle.headstart import begin

        begin(rest)
    if word != ["mcp"]:  # it serves for as long as its client likes
        gc.set_threshold(_COLLECT_EVERY, 20, 20)
    from lepasserelle.command_line import main as run

    try:
        run()
    except SystemExit as end:
        _end(end)


def _end(end: SystemExit) -> NoReturn:
    """All is written and closed: taking the interpreter down would be a tenth of a short command.

    Not where somebody measures it, or where something is left to be said.
    """
    if sys.getprofile() or sys.gettrace() or not isinstance(end.code, int | None):
        raise end
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        raise end from None
    os._exit((end.code or 0) & 0xFF)


def _find_lines(command: str, words: list[str]) -> None:
    """Print the lines that are asked for and end the process, if that is all that is asked."""
    gc.disable()  # for some hundredths of a second; looking through what is loaded meanwhile would be a tenth of it
    from lepasserelle.sparing import load_sparingly

    load_sparingly()
    from lepasserelle.faces.cli.quick import answered

    try:
        is_done = answered(command, words)
    except (KeyboardInterrupt, OSError) as error:
        from lepasserelle.command_line import leave_for

        leave_for(error)
    if is_done:
        os._exit(0)  # all is written, and taking the interpreter down would be a twelfth of it
    gc.enable()


def _be_relay(words: list[str]) -> bool:
    """Serve a client, if that is all that is asked."""
    from lepasserelle.faces.mcp.entry import main as relay
    from lepasserelle.faces.mcp.entry import plain_words

    asked = plain_words(words)
    if asked is not None:
        relay(asked, offer_control)
    return asked is not None


def offer_control() -> None:
    """Let an index that a server opens be reached by `leindex memory` and `leindex cache`. Faces do not know each other."""
    from lepasserelle.leindex import offer_control as offer

    offer(lambda leindex: import_module("lepasserelle.faces.control").serve(leindex))


if __name__ == "__main__":
    main()
