"""One transaction a request: when it begins, when it is kept, and that it happens once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Blueprint, Flask, abort, request
from sqlalchemy import Engine, event, select, text
from sqlalchemy.orm import Session

from engine.errors import Stale
from tests.webapp.browser import Browser
from webapp import db
from webapp.access import anyone, note_access, rule, signed_in
from webapp.accounts.tables import AttemptRow


def write() -> None:
    db.session().add(AttemptRow(login="written", failed=1, last_at="2026-11-23T01:00:00.000000Z"))
    db.session().flush()


def views() -> Blueprint:
    blueprint = Blueprint("trial", __name__)

    def add(path: str, view: object, *, condition: object = anyone) -> None:
        blueprint.add_url_rule(path, path.strip("/"), rule(condition)(view), methods=["GET", "POST"])  # type: ignore[type-var,arg-type]

    def done() -> str:
        write()
        return "done"

    def refused() -> tuple[str, int]:
        write()
        return "refused", 422

    def kept() -> tuple[str, int]:
        write()
        db.keep()
        return "refused", 422

    def broken() -> str:
        write()
        raise RuntimeError("村03 的数")

    def stale() -> str:
        write()
        note_access("refused", why="stale")
        raise Stale

    def missing() -> str:
        write()
        abort(404)

    def unnoted() -> str:
        if request.method == "POST":
            write()
        db.afterwards(lambda own: own.execute(text("SELECT 1 FROM nowhere")))
        return "answer"

    for view in (done, refused, kept, broken, stale, missing, unnoted):
        add(f"/{view.__name__}", view)
    add("/mine", lambda: "mine", condition=signed_in)
    return blueprint


@pytest.fixture
def trial(app: Flask) -> Browser:
    app.register_blueprint(views())
    client = app.test_client()
    assert isinstance(client, Browser)
    return client


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    seen: list[str] = []
    with app.app_context():
        engine = db.db.engine

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(" ".join(statement.split()))

    def committed(_connection: object) -> None:
        seen.append("COMMIT")

    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "commit", committed)
    yield seen


def written(database: Engine) -> int:
    with Session(database) as session:
        return len(session.execute(select(AttemptRow).where(AttemptRow.login == "written")).all())


@pytest.mark.parametrize(
    ("path", "status", "rows"),
    [
        ("/done", 200, 1),
        ("/kept", 422, 1),
        ("/refused", 422, 0),
        ("/broken", 500, 0),
        ("/stale", 409, 0),
        ("/missing", 404, 0),
    ],
)
def test_a_post_is_kept_below_400_and_undone_above(
    trial: Browser, database: Engine, path: str, status: int, rows: int
) -> None:
    assert trial.send(path).status_code == status
    assert written(database) == rows


def test_a_lost_note_denies_a_look_but_never_what_was_committed(trial: Browser, database: Engine) -> None:
    assert trial.send("/unnoted").status_code == 200
    assert written(database) == 1
    assert trial.get("/unnoted").status_code == 500


def test_a_get_keeps_nothing(trial: Browser, database: Engine) -> None:
    assert trial.get("/done").status_code == 200
    assert written(database) == 0


def test_a_post_commits_once(trial: Browser, statements: list[str]) -> None:
    token = trial.token()
    statements.clear()
    trial.post("/done", data={"csrf_token": token})
    assert statements.count("COMMIT") == 1


def test_the_write_lock_comes_before_the_first_read(trial: Browser, statements: list[str], database: Engine) -> None:
    trial.sign_in("clerk@v11")
    token = trial.token("/password")
    statements.clear()
    trial.post("/mine", data={"csrf_token": token})
    wanted = "BEGIN IMMEDIATE" if database.dialect.name == "sqlite" else "SELECT"
    assert statements[0].startswith(wanted)


def test_knowing_who_it_is_takes_one_statement(trial: Browser, statements: list[str]) -> None:
    trial.sign_in("clerk@v11")
    statements.clear()
    trial.get("/mine")
    assert [s.split()[0] for s in statements if not s.startswith(("BEGIN", "COMMIT", "ROLLBACK"))] == ["SELECT"]


def test_a_fault_shows_a_reference_and_no_trace(trial: Browser, caplog: pytest.LogCaptureFixture) -> None:
    answer = trial.send("/broken")
    assert answer.status_code == 500
    assert "平台出了故障，没有保存" in answer.text
    assert all(word not in answer.text for word in ("Traceback", "RuntimeError", "村03"))
    reference = answer.text.split('class="mono">')[1][:8]
    assert reference in caplog.text


def test_a_refusal_says_what_changed(trial: Browser) -> None:
    answer = trial.send("/stale")
    assert "这一步已经变了" in answer.text
    assert "这件事刚刚有了变化，请看过最新情况再办" in answer.text


def test_what_was_refused_is_noted_although_it_was_undone(trial: Browser, database: Engine) -> None:
    from engine.store.events import EventRow

    trial.send("/stale")
    with Session(database) as session:
        assert "refused" in session.execute(select(EventRow.kind)).scalars().all()


@pytest.mark.parametrize("accept", ["application/json", "application/problem+json"])
def test_an_error_is_json_when_asked(trial: Browser, accept: str) -> None:
    answer = trial.send("/stale", headers={"Accept": accept})
    assert answer.mimetype == "application/problem+json"
    assert answer.json["status"] == 409
    assert answer.json["code"] == "stale"


@pytest.mark.parametrize("accept", [None, "*/*", "text/html,application/xhtml+xml,*/*;q=0.8"])
def test_an_error_is_a_page_otherwise(trial: Browser, accept: str | None) -> None:
    answer = trial.get("/nowhere", headers={"Accept": accept} if accept else {})
    assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_a_wrong_method_says_which_are_right(trial: Browser) -> None:
    answer = trial.send("/healthz")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_body_beyond_the_limit_is_refused(app: Flask) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = app.test_client().post("/login", data={"login": "x" * 2000})
    assert answer.status_code == 413
    assert "文件太大，没有收下" in answer.text
