"""The command line: a contract, checked from outside (docs/reference/cli.md).

Every command has --help. Those with --json print one JSON document on standard output; whatever else
there is to say goes to standard error. Exit status: 0 yes, 1 the answer is no, 2 the question was wrong
or the command is not built yet.
"""

from __future__ import annotations

import click

from webapp.cli import accounts, bench, database, engine, export, forms, history, keys, packs, reference, tokens


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="qingche", message="%(version)s")
def main() -> None:
    """Qingche 轻车: tickets, forms and processes for grassroots government."""


for module in (database, engine, export, packs, forms, history, keys, bench, reference, tokens, accounts):
    for command in module.COMMANDS:
        main.add_command(command)
