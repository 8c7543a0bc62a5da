"""`scout completion`: the script by which a shell completes commands and options."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from scout.cli import console, options
from scout.cli.app import COMPLETE, app


class Shell(StrEnum):
    """The shells that there is a script for."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


@app.command()
def completion(
    shell: Annotated[Shell, typer.Argument(help="bash, zsh or fish.", show_default=False)],
    config: options.UnusedConfig = None,
    db: options.UnusedDb = None,
) -> None:
    """Print the script by which a shell completes commands.

    In ~/.bashrc or ~/.zshrc (there after compinit): eval "$(scout completion bash)". For fish: scout completion fish | source.

    Example: scout completion bash
    """
    from typer.completion import get_completion_script  # type: ignore[attr-defined]  # noqa: PLC0415

    console.out(get_completion_script(prog_name="scout", complete_var=COMPLETE, shell=shell.value))
