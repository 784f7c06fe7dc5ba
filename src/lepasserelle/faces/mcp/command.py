"""`leindex mcp` as click knows it: its help, every form but the plain one, and `install`.

Not here: the plain form (`entry`), which does not even wait for click. Computes no answer.
"""

import json
from pathlib import Path
from typing import Any, Final

import click

from lepasserelle.errors import ConfigError
from lepasserelle.faces.mcp.entry import Asked, folder_of, serve
from lepasserelle.faces.mcp.install import jsonc, toml
from lepasserelle.faces.mcp.install.clients import CLIENTS, LAUNCHERS, SERVER, Client, Launcher, launch_words
from lepasserelle.faces.mcp.install.writing import read_text, replace_text
from lepasserelle.leindex import offer_control
from lepasserelle.project import from_working_folder

_PROJECT_HELP: Final = "The project; default: the nearest folder upwards with an index or settings, or the current one."
_INDEX_DIR_HELP: Final = "Folder of the index, from the working folder; default: the setting index_dir, else PROJECT/.leindex."


@click.group(invoke_without_command=True, subcommand_metavar="[COMMAND]")
@click.option("--project", "-p", metavar="PATH", help=_PROJECT_HELP)
@click.option("--index-dir", metavar="PATH", help=_INDEX_DIR_HELP)
@click.option("--standalone", is_flag=True, help="Keep everything in this process instead of sharing one server with others.")
@click.option("--http", "by_http", is_flag=True, help="Serve by streamable HTTP instead of standard input and output.")
@click.option("--host", metavar="ADDRESS", help="With --http: where to listen.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="With --http: 0 takes a free one.  [default: 0]")
@click.option("--token", metavar="TEXT", help="With --http: what clients must send; needed when not only this machine reaches it.")
@click.option("--token-file", type=click.Path(path_type=Path), help="With --http: the file that holds the token.")
@click.pass_context
def mcp(context: click.Context, /, **options: Any) -> None:  # noqa: ANN401 - as click hands them over
    """Serve the Model Context Protocol to a coding agent, over standard input and output.

    This process stays small: it hands messages on to one server for each index, which starts when it is needed, is shared by all
    clients, and leaves when nobody asks any more.
    """
    if context.invoked_subcommand is not None:
        return
    asked = Asked(options["project"], from_working_folder(options["index_dir"]))
    if options["by_http"]:
        _serve_by_http(asked, options)
        return
    given = [name for name in ("host", "port", "token", "token_file") if options[name] is not None]
    if given:
        raise click.UsageError(f"--{given[0].replace('_', '-')} goes with --http.")
    if options["standalone"]:
        from lepasserelle.faces.mcp.standalone import serve_alone

        _offer_control()
        serve_alone(folder_of(asked.project), asked.index_dir)
    else:
        serve(asked, _offer_control)


def _serve_by_http(asked: Asked, options: dict[str, Any]) -> None:
    from lepasserelle.faces.mcp.standalone import Address, serve_by_http

    if options["token"] is not None and options["token_file"] is not None:
        raise click.UsageError("--token and --token-file exclude each other.")
    token = options["token"] if options["token_file"] is None else _token(options["token_file"])
    address = Address(options["host"] or "127.0.0.1", options["port"] or 0, token)
    _offer_control()
    serve_by_http(folder_of(asked.project), asked.index_dir, address, lambda url: click.echo(url))


def _token(path: Path) -> str:
    text = read_text(path)
    if text is None:
        raise ConfigError(f"there is no file {str(path)!r} with a token")
    return text.strip()


def _offer_control() -> None:
    """Let `leindex memory` and `leindex cache` reach an index that this process opens; the composition root says how."""
    offer_control(click.get_current_context().find_root().obj().serve)


# ── install ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@mcp.command()
@click.argument("client", type=click.Choice(list(CLIENTS)))
@click.option("--project", "-p", metavar="PATH", help="The project; default: the current folder.")
@click.option("--user", "for_user", is_flag=True, help="For all projects of this user, instead of for this one.")
@click.option("--write", is_flag=True, help="Write it, after a backup, instead of only showing it.")
@click.option(
    "--with",
    "launcher",
    type=click.Choice(LAUNCHERS),
    default="command",
    show_default=True,
    help="How the client runs leindex: the installed command, or by uvx or pipx.",
)
def install(client: str, project: str | None, for_user: bool, write: bool, launcher: Launcher) -> None:
    """Show what CLIENT's configuration must hold to use leindex, and where.

    With --write it is put there. Everything else in the file stays as it is, comments too; what cannot be changed without harm is
    refused.
    """
    chosen = CLIENTS[client]
    place = chosen.place(folder_of(project or "."), for_user=for_user)
    entry = chosen.entry(launch_words(launcher, is_shared=place.is_shared), place.project_words)
    before = read_text(place.path)
    click.echo(f"{place.path}:" if not write else f"{chosen.title}: {place.path}", err=write)
    click.echo(_snippet(chosen, entry))
    if chosen.advice:
        click.echo(chosen.advice, err=True)
    if write:
        _write(chosen, place.path, before, entry)


def _snippet(client: Client, entry: dict[str, Any]) -> str:
    """What the file says when it says nothing else."""
    if client.is_toml:
        return toml.with_table("", (*client.keys, SERVER), entry).rstrip()
    return json.dumps({client.keys[0]: {SERVER: entry}}, indent=2, ensure_ascii=False)


def _write(client: Client, path: Path, before: str | None, entry: dict[str, Any]) -> None:
    keys = (*client.keys, SERVER)
    try:
        after = (toml.with_table if client.is_toml else jsonc.with_entry)(before or "", keys, entry)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error
    if after == before:
        click.echo("It says so already.", err=True)
        return
    kept = replace_text(path, before, after)
    click.echo("Written." if kept is None else f"Written; what it said before is in {kept}.", err=True)
