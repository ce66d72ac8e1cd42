"""bench: figures measured here and now, always beside what they are compared with."""

from __future__ import annotations

import importlib
from typing import Any

import click

from webapp.cli.answer import answer, refuse

# name -> modules with run() -> {"figures": {...}, "versus": {...}}
_BUILT = {
    "engine": ("engine.bench.completions",),
    "feel": ("engine.feel.bench", "engine.dmn.bench"),
    "forms": ("forms.bench",),
    "growth": ("engine.bench.growth",),
    "http": ("webapp.bench.http",),
    "inbox": ("engine.bench.inbox",),
    "lookup": ("engine.bench.lookup",),
    "replay": ("engine.bench.replay", "webapp.bench.replay"),
    "scale": ("engine.bench.wide", "webapp.bench.scale"),
}


@click.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def bench(name: str, as_json: bool) -> None:
    """Measure one part of the platform: engine, growth, inbox, http, feel, forms, lookup, replay, scale."""
    if name not in _BUILT:
        refuse(f"no benchmark is called {name}")
    document: dict[str, Any] = {"name": name, "figures": {}, "versus": {}}
    for module in _BUILT[name]:
        result = importlib.import_module(module).run()
        document["figures"] |= result.get("figures", {})
        document["versus"] |= result.get("versus", {})
    if as_json:
        answer(document)
    for group in ("figures", "versus"):
        for key, value in document[group].items():
            click.echo(f"{key:40} {value}")


COMMANDS = [bench]
