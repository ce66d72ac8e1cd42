"""form render, form check, validate: what a form says of data, without a database."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from webapp.cli.answer import answer, read_json

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _load(path: Path | None) -> Any:
    return None if path is None else read_json("@" + str(path), what=path.name)


@click.group()
def form() -> None:
    """Render and check forms."""


@form.command()
@click.argument("schema", type=_FILE)
@click.option("--ui", type=_FILE, help="The uiSchema.")
@click.option("--data", type=_FILE, help="Values to show.")
def render(schema: Path, ui: Path | None, data: Path | None) -> None:
    """Print the whole form as an HTML fragment."""
    import forms

    click.echo(forms.render(_load(schema), _load(ui), _load(data)))


@form.command("check")
@click.argument("schema", type=_FILE)
@click.option("--ui", type=_FILE, help="The uiSchema.")
@click.option("--data", type=_FILE, required=True, help="The values to check.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def check_data(schema: Path, ui: Path | None, data: Path, as_json: bool) -> None:
    """Check values as the server would check a submission."""
    import forms

    problems = forms.check(_load(schema), _load(ui), _load(data))
    if as_json:
        answer({"ok": not problems, "errors": [asdict(problem) for problem in problems]}, ok=not problems)
    for problem in problems:
        click.echo(f"{problem.pointer or '/'}  {problem.message}")
    sys.exit(1 if problems else 0)


@click.command()
@click.argument("schema", type=_FILE)
@click.option("--data", type=_FILE, required=True, help="The document to validate.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def validate(schema: Path, data: Path, as_json: bool) -> None:
    """Validate a document against a JSON Schema (2020-12)."""
    import forms

    ok = forms.validate(_load(schema), _load(data))
    if as_json:
        answer({"ok": ok}, ok=ok)
    click.echo("ok" if ok else "not valid")
    sys.exit(0 if ok else 1)


COMMANDS = [form, validate]
