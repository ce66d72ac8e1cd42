"""verify and replay: prove that the history is whole, and that it leads to the state it claims."""

from __future__ import annotations

import sys

import click

from webapp.cli.answer import answer, refuse
from webapp.cli.database import opened_session


@click.command()
@click.argument("cases", nargs=-1)
@click.option("--heads", help="Anchored heads to check against (not built yet).")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.option("--db", help="Database address; default from QINGCHE_DATABASE_URL.")
def verify(cases: tuple[str, ...], heads: str | None, as_json: bool, db: str | None) -> None:
    """Check the hash chains of all cases, or of those named."""
    from engine.history.verify import verify as check_chains

    if heads:
        refuse("--heads: not built yet")
    with opened_session(db) as session:
        result = check_chains(session, list(cases) or None)
    document = {"ok": result.ok, "cases": result.cases, "events": result.events, "first_bad": result.first_bad}
    if as_json:
        answer(document, ok=result.ok)
    click.echo(f"{'ok' if result.ok else 'ALTERED'}: {result.cases} cases, {result.events} events")
    if result.first_bad:
        click.echo(str(result.first_bad))
    sys.exit(0 if result.ok else 1)


@click.command()
@click.argument("case")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.option("--db", help="Database address; default from QINGCHE_DATABASE_URL.")
def replay(case: str, as_json: bool, db: str | None) -> None:
    """Run a case again from its events and compare the digests; `all` runs every case."""
    from engine.history.replay import case_ids
    from engine.history.replay import replay as run_again

    with opened_session(db) as session:
        chosen = case_ids(session) if case == "all" else [case]
        results = [run_again(session, case_id) for case_id in chosen]
    mismatches = [mismatch for result in results for mismatch in result.mismatches]
    document = {"ok": not mismatches, "events": sum(result.events for result in results), "mismatches": mismatches}
    if as_json:
        answer(document, ok=not mismatches)
    click.echo(f"{'ok' if not mismatches else 'DIFFERS'}: {len(results)} cases, {document['events']} events")
    for mismatch in mismatches:
        click.echo(str(mismatch))
    sys.exit(0 if not mismatches else 1)


COMMANDS = [verify, replay]
