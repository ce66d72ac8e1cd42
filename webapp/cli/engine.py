"""check, run, feel, decide: what the engine says of files, without a database."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from webapp.cli.answer import answer, plain, read_json, refuse


@click.command()
@click.argument("named", nargs=-1, metavar="FILES")
@click.option("--scenarios", is_flag=True, help="Run the scenarios of packs or files (default: of every pack).")
@click.option("--json", "as_json", is_flag=True, help="One JSON list on standard output; with --scenarios an object.")
def check(named: tuple[str, ...], scenarios: bool, as_json: bool) -> None:
    """Parse and check BPMN and DMN files, without a database; DMN files may import one another.

    With --scenarios the files are packs or scenario files (bpmn/PACK/scenarios/*.yaml): each is run in the engine on
    the pack's sample organisation, in memory, and what it did not go through is told.
    """
    import engine as engine_face
    from forms.redlines import crossed
    from webapp.form_fields import beside

    if scenarios:
        _check_scenarios(named, as_json=as_json)
    files = [Path(name) for name in named]
    missing = [name for name in named if not Path(name).is_file()]
    if missing or not files:
        raise click.UsageError(f"no such file: {', '.join(missing)}" if missing else "no file is named")
    reports = []
    models = {file: file.read_bytes() for file in files if file.suffix.lower() == ".dmn"}
    for file in files:
        others = [content for other, content in models.items() if other != file]
        report = engine_face.check_bytes(
            file.read_bytes(), file.name, models=others, crossed=crossed, fields=beside(file)
        )
        reports.append(
            {
                "file": str(file),
                "ok": report.ok,
                "definitions": report.definitions,
                "changes": report.changes,
                "errors": report.errors,
                "remarks": report.remarks,
            }
        )
    ok = all(report["ok"] for report in reports)
    if as_json:
        answer(reports, ok=ok)
    for report in reports:
        click.echo(f"{'ok    ' if report['ok'] else 'refused'} {report['file']}")
        for change in report["changes"]:
            click.echo(f"  {change['element_id'] or '-'}  {change['what']} ({change['why']})")
        for told in (*report["errors"], *report["remarks"]):
            label = "" if told in report["errors"] else "remark "
            where = f"line {told['line']}  {told['element_id'] or '-'}"
            click.echo(f"  {label}{where}  {told['code']}: {told['message']}")
    sys.exit(0 if ok else 1)


def _check_scenarios(named: tuple[str, ...], *, as_json: bool) -> NoReturn:
    from engine.errors import InvalidDefinition, NotFound
    from webapp import rehearsing

    try:
        files = rehearsing.scenario_files(named)
        document = rehearsing.report(files)
    except NotFound as error:
        refuse(f"no such pack or file: {error.fields['id']}")
    except InvalidDefinition as error:
        refuse(error.message("en"))
    if as_json:
        answer(document, ok=document["ok"])
    for each in document["scenarios"]:
        click.echo(f"{'ok    ' if each['ok'] else 'failed'} {each['file']}  {each['title']}")
        if not each["ok"]:
            click.echo(f"  {each['file']}:{each['line']}  {each['why']}")
    for each in document["coverage"]:
        click.echo(f"{each['process']}: elements {each['elements']} %, flows {each['flows']} %")
        for kind in ("unreached", "unwalked"):
            if each[kind]:
                click.echo(f"  {kind}: {', '.join(each[kind])}")
    sys.exit(0 if document["ok"] else 1)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--process", help="Which process, when the file holds several.")
@click.option("--answers", help="JSON file: element id -> values a person would answer.")
@click.option("--max-steps", default=300, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def run(file: Path, process: str | None, answers: str | None, max_steps: int, as_json: bool) -> None:
    """Run a BPMN file in memory, saving and loading between every step."""
    import engine as engine_face

    given = read_json(answers, what="--answers")
    result = engine_face.run_in_memory(file.read_bytes(), process=process, answers=given, max_steps=max_steps)
    document: dict[str, Any] = {
        "file": str(file),
        "ok": result.ok,
        "state": result.state,
        "steps": result.steps,
        "path": list(result.path),
        "values": result.values,
        "error": result.error,
    }
    if as_json:
        answer(document, ok=result.ok)
    click.echo(f"{result.state}: {' > '.join(result.path)}")
    if result.error:
        click.echo(str(plain(result.error)), err=True)
    sys.exit(0 if result.ok else 1)


@click.command()
@click.argument("expression")
@click.option("--input", "given", help="JSON object (or @file) of the names the expression may use.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def feel(expression: str, given: str | None, as_json: bool) -> None:
    """Evaluate a FEEL expression."""
    from engine.calendar import Calendar
    from engine.clock import LOCAL_ZONE, SystemClock
    from engine.feel import FeelError, evaluate, to_json

    context = read_json(given, what="--input")
    try:
        at = SystemClock().now().astimezone(LOCAL_ZONE)
        value = to_json(evaluate(expression, context, now=at, calendar=Calendar()))
    except FeelError as error:
        document = {"ok": False, "value": None, "error": str(error)}
    else:
        document = {"ok": True, "value": value, "error": None}
    if as_json:
        answer(document, ok=bool(document["ok"]))
    click.echo(document["error"] or document["value"], err=not document["ok"])
    sys.exit(0 if document["ok"] else 1)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--decision", required=True, help="Id or name of the decision, service or knowledge model.")
@click.option("--input", "given", help="JSON object (or @file) of the inputs by name.")
@click.option("--model", "models", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--explain", "with_reasons", is_flag=True, help="Also tell which rules matched and why.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def decide(
    file: Path, decision: str, given: str | None, models: tuple[Path, ...], with_reasons: bool, as_json: bool
) -> None:
    """Evaluate a decision of a DMN file; --model names files it imports."""
    from engine.dmn import explain
    from engine.feel import FeelError, to_json

    inputs = read_json(given, what="--input")
    document: dict[str, Any] = {"ok": True, "value": None, "error": None}
    try:
        found = explain(file, decision, inputs, kind=None, models=models)
        document["value"] = to_json(found.value)
        document["warnings"] = [note.message for note in found.warnings]
        if with_reasons:
            document["explanation"] = found.to_json()
    except FeelError as error:
        document |= {"ok": False, "error": str(error)}
    if as_json:
        answer(document, ok=bool(document["ok"]))
    click.echo(document["error"] or document["value"], err=not document["ok"])
    for warning in document.get("warnings", ()):
        click.echo(f"  {warning}", err=True)
    sys.exit(0 if document["ok"] else 1)


COMMANDS = [check, run, feel, decide]
