"""`qingche token`: makes, lists and ends tokens; the secret is printed once and kept nowhere."""

from __future__ import annotations

from click.testing import CliRunner, Result
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from engine.clock import SystemClock
from engine.store.events import EventRow
from tests.build import Organisation
from webapp.accounts.tables import ApiTokenRow
from webapp.accounts.tokens import find_token
from webapp.cli import main


def _run(database: Engine, *words: str) -> Result:
    url = database.url.render_as_string(hide_password=False)
    return CliRunner().invoke(main, ["token", *words, "--db", url])


def test_a_token_is_made_found_listed_and_ended(database: Engine, city: Organisation) -> None:
    made = _run(database, "add", "--purpose", "打印中心", "--unit", "d1", "--topic", "print", "--topic", "scan")
    text = made.output.strip()
    assert text.startswith("qc_")
    at = SystemClock().now()
    with Session(database) as session:
        found = find_token(session, text, at)
        assert found is not None
        assert (found.purpose, found.unit_id, found.topics) == ("打印中心", city.units["d1"].id, {"print", "scan"})
        assert text not in str([vars(row) for row in session.scalars(select(ApiTokenRow))])
    listed = _run(database, "list").output
    assert found.id in listed
    assert text not in listed
    assert _run(database, "revoke", found.id).exit_code == 0
    assert _run(database, "revoke", found.id).exit_code == 1
    with Session(database) as session:
        assert find_token(session, text, SystemClock().now()) is None
        kinds = list(session.scalars(select(EventRow.kind).where(EventRow.stream.like("access:%"))))
    assert kinds == ["token-added", "token-revoked"]


def test_a_token_for_every_topic_and_for_no_unit(database: Engine, city: Organisation) -> None:
    text = _run(database, "add", "--purpose", "x", "--unit", "city", "--topic", "*").output.strip()
    with Session(database) as session:
        found = find_token(session, text, SystemClock().now())
        assert found is not None
        assert found.topics is None
    assert _run(database, "add", "--purpose", "x", "--unit", "nowhere", "--topic", "*").exit_code == 1
