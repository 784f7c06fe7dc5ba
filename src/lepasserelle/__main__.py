"""Where the command `leindex` begins: words that must stay small and quick go to their face at once, all others to click.

`leindex mcp` is run once for every client of every agent and stays for as long as the client does, so it pays for nothing that it
does not use: not even for click. Not here: what any command does.
"""


def main() -> None:
    """Run the command line of this process."""
    from lepasserelle.command_line import main as run

    run()


if __name__ == "__main__":
    main()
