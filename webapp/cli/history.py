"""verify and replay: prove that the history is whole, and that it leads to the state it claims."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from webapp.cli.answer import answer
from webapp.cli.database import opened_session
from webapp.config import DEFAULTS


@click.command()
@click.argument("cases", nargs=-1)
@click.option("--heads", type=click.Path(exists=True, dir_okay=False), help="File of published heads: finds cuts.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.option("--db", help="Database address; default from QINGCHE_DATABASE_URL.")
def verify(cases: tuple[str, ...], heads: str | None, as_json: bool, db: str | None) -> None:
    """Check the chains of all cases, or of those named, and the seals; keys are read from QINGCHE_VAR."""
    from engine.history.choice import hash_of
    from engine.history.proof import check_seals
    from engine.history.verify import streams_of
    from engine.history.verify import verify as check_chains
    from webapp.sealing import keys_in

    anchors = Path(heads).read_text("utf-8", "replace").splitlines() if heads else []
    keys = keys_in(os.environ.get("QINGCHE_VAR") or str(DEFAULTS["VAR"]))
    with opened_session(db) as session:
        streams = streams_of(session, cases) if cases else None
        made_with = hash_of(session)
        result = check_chains(session, streams)
        proof = check_seals(session, keys, anchors=anchors, streams=streams)
    first_bad = result.first_bad or proof.first_bad
    document = {
        "ok": first_bad is None,
        "cases": result.cases,
        "events": result.events,
        "hash": made_with.name,
        "first_bad": first_bad,
        "heads": proof.heads,
        "sealed": proof.sealed,
        "unsealed": proof.unsealed,
    }
    if as_json:
        answer(document, ok=first_bad is None)
    click.echo(f"{'ALTERED' if first_bad else 'ok'}: {result.cases} cases, {result.events} events ({made_with.title})")
    click.echo(f"{proof.heads} heads over {proof.sealed} events; {proof.unsealed} not sealed yet")
    if first_bad:
        click.echo(str(first_bad))
    sys.exit(1 if first_bad else 0)


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
    erased = [
        {"case": case_id, "seq": result.erased_at}
        for case_id, result in zip(chosen, results, strict=True)
        if result.erased_at is not None
    ]
    document = {
        "ok": not mismatches,
        "events": sum(result.events for result in results),
        "mismatches": mismatches,
        "erased": erased,
    }
    if as_json:
        answer(document, ok=not mismatches)
    click.echo(f"{'ok' if not mismatches else 'DIFFERS'}: {len(results)} cases, {document['events']} events")
    for mismatch in mismatches:
        click.echo(str(mismatch))
    for one in erased:
        click.echo(f"{one['case']}: inputs of event {one['seq']} were erased; nothing from there on was compared")
    sys.exit(0 if not mismatches else 1)


COMMANDS = [verify, replay]
