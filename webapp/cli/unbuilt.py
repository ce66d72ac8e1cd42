"""Commands of the contract that are not built yet: they say so and exit 2."""

from __future__ import annotations

import click

from webapp.cli.answer import refuse

_OPEN = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": ["-h", "--help"]}


def _unbuilt(name: str, purpose: str) -> click.Command:
    @click.command(name, help=f"{purpose} (not built yet)", context_settings=_OPEN)
    def command() -> None:
        refuse("not built yet")

    return command


export = click.Group("export", help="Write a case file or an event log (not built yet).")
export.add_command(_unbuilt("case", "Write one case with an offline verifier"))
export.add_command(_unbuilt("xes", "Write the event log"))

COMMANDS: list[click.Command] = [export]
