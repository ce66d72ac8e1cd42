"""Every route × every kind of person: who opens what, and for whom it looks as if it were not there.

The list of routes comes from the application; a route that nobody described here, that everybody may open, or
that nobody may open, fails. Posts stand for role and unit: the same role in another unit is another row.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from sqlalchemy.orm import sessionmaker

from engine import approvals, designs, library, organisation
from engine.assignment import system_actor
from engine.clock import SystemClock
from engine.commands import suspend_definition
from engine.packed import write_zip
from engine.packs import Piece
from engine.store.base import writing
from tests.build import SYSTEM
from tests.engine.dmn.draw import decision, model
from tests.engine.dmn.draw import text as feel
from tests.webapp.browser import CHEAP, PASSWORD, Browser
from webapp import decision_drawing, process_drawing, seeding
from webapp.accounts.passwords import hash_password
from webapp.accounts.sign_in import add_account

# What everybody reaches, signed in or not; each is checked to be exactly this.
PUBLIC = {
    "static", "health.check", "accounts.login", "accounts.sign_in_now", "accounts.logout", "accounts.language",
    "accounts.theme", "openapi.describe", "proof.show", "proof.head", "proof.heads", "proof.keys", "proof.paper",
}  # fmt: skip
# What a system opens with its token and no person with a sign-in; whose token opens what:
# test_external_tasks.py, test_messages_api.py.
BY_TOKEN = {
    "external_tasks.fetch", "external_tasks.complete", "external_tasks.fail", "external_tasks.error",
    "external_tasks.extend", "external_tasks.unlock", "messages.send", "messages.signal",
}  # fmt: skip
# A file opens where its place in a form may be seen: who that is, is asked in test_files.py, both ways. Growth is
# proven once there is a signed head: test_proof_page.py.
ELSEWHERE = {"files.read", "proof.consistency"}
PEOPLE = (
    "dept", "dept02", "swd", "swd-lead", "town", "town02", "village1", "village2", "town02-v01", "auditor",
    "designer", "sysadmin", "secadmin", "postless",
)  # fmt: skip
EVERYONE = frozenset(PEOPLE) - {"postless"}
TICKET_READERS = frozenset({"dept", "swd", "swd-lead", "auditor"})
VILLAGE_READERS = frozenset({"dept", "swd", "swd-lead", "town", "village1", "auditor"})
COMPLAINT_READERS = frozenset({"swd", "swd-lead", "auditor"})
DESIGNERS = frozenset({"designer"})
OPERATORS = frozenset({"sysadmin"})
ADMINISTRATORS = frozenset({"sysadmin", "secadmin"})
THE_THREE = ADMINISTRATORS | {"auditor"}
VILLAGES = {"town01-v01": "village1", "town01-v02": "village2", "town02-v01": "town02-v01"}

Row = tuple[str, frozenset[str]]


@dataclass(frozen=True)
class Places:
    """Addresses of the seeded cases the rows are about."""

    ticket: str
    village_case: str
    complaint: str
    complainants: frozenset[str]
    task: str
    village: str
    artifact: str
    batch: str


def _rows(at: Places) -> Mapping[str, list[Row]]:
    """Say for each GET endpoint which address who may open; readers who may not act are led to the case."""
    return {
        "inbox.home": [("/", EVERYONE)],
        "inbox.show": [("/inbox", EVERYONE)],
        "start.choose": [("/start", EVERYONE)],
        "accounts.password": [("/password", EVERYONE)],
        "cases.search": [("/search?q=x", EVERYONE)],
        "cases.listing": [("/cases/ticket", EVERYONE), ("/cases/nothing", frozenset())],
        "figures.show": [("/figures", EVERYONE)],
        "figures.cases": [("/figures/cases", EVERYONE)],
        "figures.download": [("/figures.csv", EVERYONE)],
        "register.rows": [("/register/matters", EVERYONE), ("/register/nothing", frozenset())],
        "register.row": [("/register/matters/D001", EVERYONE), ("/register/matters/nothing", frozenset())],
        "village.choose": [("/village", EVERYONE)],
        "village.show": [(f"/village/{at.village}", EVERYONE), ("/village/nothing", frozenset())],
        "case.show": [
            (f"/case/{at.ticket}", TICKET_READERS),
            (f"/case/{at.village_case}", VILLAGE_READERS),
            (f"/case/{at.complaint}", COMPLAINT_READERS | at.complainants),
        ],
        "case.print_out": [(f"/case/{at.ticket}/print", TICKET_READERS)],
        "export.show": [(f"/case/{at.ticket}/export", frozenset({"auditor"}))],
        "proof.event": [
            (f"/case/{at.ticket}/proof", TICKET_READERS),
            (f"/case/{at.village_case}/proof", VILLAGE_READERS),
        ],
        "proof.check": [("/proof/check", EVERYONE)],
        "case.diagram": [(f"/case/{at.ticket}/diagram", TICKET_READERS)],
        "replay.show": [
            (f"/case/{at.ticket}/replay", TICKET_READERS),
            (f"/case/{at.village_case}/replay?at=1&part=1", VILLAGE_READERS),
            (f"/case/{at.complaint}/replay", COMPLAINT_READERS | at.complainants),
        ],
        "field.show": [
            (f"/case/{at.ticket}/field?pointer=/subject", TICKET_READERS),
            (f"/case/{at.ticket}/field?pointer=/nothing", frozenset()),
        ],
        "case.cancel": [(f"/case/{at.ticket}/cancel", frozenset({"dept", "swd-lead"}))],
        "operate.find": [("/operations", OPERATORS)],
        "incidents.show": [("/incidents", OPERATORS | DESIGNERS)],
        "operate.show": [(f"/case/{at.ticket}/operate", OPERATORS), (f"/case/{at.complaint}/operate", frozenset())],
        "task.show": [(f"/task/{at.task}", VILLAGE_READERS)],
        "running.show": [
            ("/studio/process/ticket/running", DESIGNERS | OPERATORS),
            ("/studio/process/nothing/running", frozenset()),
        ],
        "running.order": [(f"/studio/order/{at.batch}", DESIGNERS | OPERATORS), ("/studio/order/x", frozenset())],
        "gallery.show": [("/studio/gallery", DESIGNERS)],
        "gallery.process": [("/studio/gallery/ticket", DESIGNERS), ("/studio/gallery/nothing", frozenset())],
        "gallery.export": [("/studio/pack/admission.zip", DESIGNERS), ("/studio/pack/nothing.zip", frozenset())],
        "gallery.proposal": [("/studio/pack/drawn", DESIGNERS), ("/studio/pack/nothing", frozenset())],
        "heat.show": [
            ("/studio/process/ticket/heat", DESIGNERS | OPERATORS),
            ("/studio/process/nothing/heat", frozenset()),
        ],
        "heat.cases": [("/studio/process/ticket/heat/review", DESIGNERS | OPERATORS)],
        "hand_over.show": [(f"/task/{at.task}/transfer", frozenset({"village1", "swd-lead"}))],
        "deputies.show": [("/deputies", EVERYONE)],
        "studio.show": [("/studio", DESIGNERS)],
        "form_designs.show": [("/studio/forms", DESIGNERS)],
        "form_designs.draw_page": [("/studio/forms/drawn", DESIGNERS), ("/studio/forms/nothing", frozenset())],
        "form_preview.show": [("/studio/forms/drawn/try", DESIGNERS)],
        "form_designs.file": [("/studio/forms/drawn/file", DESIGNERS)],
        "form_designs.publish_page": [("/studio/forms/drawn/publish", DESIGNERS)],
        "process_designs.show": [("/studio/processes", DESIGNERS)],
        "process_designs.draw": [("/studio/processes/drawn", DESIGNERS), ("/studio/processes/nothing", frozenset())],
        "process_designs.fields": [("/studio/processes/fields?form=complaint.schema.json", DESIGNERS)],
        "process_designs.named": [("/studio/processes/named", DESIGNERS)],
        "card_designs.draw": [("/studio/processes/drawn/cards", DESIGNERS)],
        "process_designs.publish_page": [("/studio/processes/drawn/publish", DESIGNERS)],
        "approvals.show": [("/studio/approvals", DESIGNERS | OPERATORS)],
        "approvals.one": [
            ("/studio/approvals/process/asked", DESIGNERS | OPERATORS),
            ("/studio/approvals/process/nothing", frozenset()),
        ],
        "trying.show": [("/studio/processes/drawn/try", DESIGNERS), ("/studio/processes/nothing/try", frozenset())],
        "trying.download": [
            ("/studio/processes/drawn/try/scenario/drawn-1.yaml", DESIGNERS),
            ("/studio/processes/drawn/try/scenario/nothing.yaml", frozenset()),
        ],
        "decision_designs.show": [("/studio/decisions", DESIGNERS)],
        "decision_designs.all_of_them": [("/studio/decision", DESIGNERS)],
        "decision_designs.draw": [("/studio/decisions/drawn", DESIGNERS), ("/studio/decisions/nothing", frozenset())],
        "decision_designs.export": [("/studio/decisions/drawn/export", DESIGNERS)],
        "decision_designs.publish_page": [("/studio/decisions/drawn/publish", DESIGNERS)],
        "studio.artifact": [("/studio/process/ticket", DESIGNERS)],
        "decision.show": [("/studio/decision/toll", DESIGNERS), ("/studio/decision/nothing", frozenset())],
        "people.find": [("/people", ADMINISTRATORS), ("/people?q=x", ADMINISTRATORS)],
        "people.show": [(f"/people/unit/{at.village}", ADMINISTRATORS), ("/people/unit/nothing", frozenset())],
        "roster.show": [("/people/accounts", THE_THREE)],
        "tokens.show": [("/people/tokens", ADMINISTRATORS)],
        "mining.show": [("/flows", frozenset({"auditor"}))],
        "mining.cases": [("/flows/cases", frozenset({"auditor"}))],
        "mining.log": [("/flows/log.xes", frozenset({"auditor"})), ("/flows/log.doc", frozenset())],
        "legal_hold.listing": [("/audit/holds", frozenset({"auditor"}))],
        "legal_hold.show": [(f"/case/{at.ticket}/hold", frozenset({"auditor"}))],
        "audit.show": [("/audit", frozenset({"auditor"}))],
        "audit.cases": [
            ("/audit/cases?question=late", frozenset({"auditor"})),
            ("/audit/cases?question=nothing", frozenset()),
        ],
        "log.show": [("/log", frozenset({"auditor"})), ("/log?book=nothing", frozenset())],
        "studio.source": [(f"/studio/file/{at.artifact}", DESIGNERS)],
    }


def _posts(at: Places) -> Mapping[str, list[Row]]:
    """Say for each POST endpoint who gets further than 404; what they send may still be refused."""
    return {
        "start.begin": [("/start/ticket", frozenset({"dept", "dept02"}))],
        "task.act": [(f"/task/{at.task}", frozenset({"village1"}))],
        "case.cancel": [(f"/case/{at.ticket}/cancel", frozenset({"dept", "swd-lead"}))],
        "proof.check": [("/proof/check", EVERYONE)],
        "legal_hold.act": [(f"/case/{at.ticket}/hold", frozenset({"auditor"}))],
        "field.erase": [(f"/case/{at.ticket}/field?pointer=/subject", frozenset({"auditor"}))],
        "export.write": [(f"/case/{at.ticket}/export", frozenset({"auditor"}))],
        "operate.act": [(f"/case/{at.ticket}/operate", OPERATORS), (f"/case/{at.complaint}/operate", frozenset())],
        "running.act": [("/studio/process/ticket/running", DESIGNERS | OPERATORS)],
        "hand_over.act": [(f"/task/{at.task}/transfer", frozenset({"village1", "swd-lead"}))],
        "deputies.act": [("/deputies", EVERYONE)],
        "studio.upload": [("/studio/upload", DESIGNERS)],
        "gallery.begin": [("/studio/gallery/ticket", DESIGNERS), ("/studio/gallery/nothing", frozenset())],
        "gallery.upload": [("/studio/pack", DESIGNERS)],
        "gallery.publish": [("/studio/pack/drawn", DESIGNERS), ("/studio/pack/nothing", frozenset())],
        "form_designs.create": [("/studio/forms", DESIGNERS)],
        "approvals.decide": [("/studio/approvals/process/asked", DESIGNERS | OPERATORS)],
        "studio.restore": [
            ("/studio/process/complaint/1/restore", DESIGNERS),
            ("/studio/process/ticket/1/restore", frozenset()),
        ],
        "trying.act": [("/studio/processes/drawn/try", DESIGNERS)],
        "process_designs.create": [("/studio/processes", DESIGNERS)],
        "process_designs.save": [("/studio/processes/drawn/save", DESIGNERS)],
        "process_designs.check": [("/studio/processes/drawn/check", DESIGNERS)],
        "process_designs.read_text": [("/studio/processes/text", DESIGNERS)],
        "process_designs.publish": [("/studio/processes/drawn/publish", DESIGNERS)],
        "process_designs.discard": [("/studio/processes/drawn/discard", DESIGNERS)],
        "decision_designs.create": [("/studio/decisions", DESIGNERS)],
        "decision_designs.save": [("/studio/decisions/drawn/save", DESIGNERS)],
        "decision_designs.check": [("/studio/decisions/drawn/check", DESIGNERS)],
        "decision_designs.table": [("/studio/decisions/drawn/table", DESIGNERS)],
        "decision_designs.publish": [("/studio/decisions/drawn/publish", DESIGNERS)],
        "decision_designs.discard": [("/studio/decisions/drawn/discard", DESIGNERS)],
        "form_excel.accept": [("/studio/forms/excel", DESIGNERS)],
        "form_designs.draw": [("/studio/forms/drawn/draw", DESIGNERS)],
        "form_designs.save": [("/studio/forms/drawn/save", DESIGNERS)],
        "form_designs.write_rule": [("/studio/forms/rule", DESIGNERS)],
        "form_designs.burden": [("/studio/forms/drawn/burden", DESIGNERS)],
        "form_designs.keep_fragment": [("/studio/forms/fragment", DESIGNERS)],
        "form_preview.show": [("/studio/forms/drawn/try", DESIGNERS)],
        "form_designs.publish": [("/studio/forms/drawn/publish", DESIGNERS)],
        "form_designs.look_up": [("/studio/forms/drawn/lookup", DESIGNERS)],
        "form_designs.discard": [("/studio/forms/drawn/discard", DESIGNERS)],
        "decision.what_if": [("/studio/decision/toll", DESIGNERS)],
        "accounts.change_password": [("/password", EVERYONE)],
        "audit.keep": [("/audit", frozenset({"auditor"}))],
        "people.change_unit": [(f"/people/unit/{at.village}", OPERATORS)],
        "people.change_posts": [(f"/people/unit/{at.village}/posts", frozenset({"secadmin"}))],
        "roster.change": [("/people/accounts", OPERATORS)],
        "tokens.change": [("/people/tokens", frozenset({"secadmin"}))],
    }


@pytest.fixture
def seeded(database: Engine, make_app: Callable[..., Flask]) -> Flask:
    """Seed the small city, add a person who holds no post, and publish a decision."""
    factory = sessionmaker(database, expire_on_commit=False)
    seeding.load(factory, "admission", scale="small", password=PASSWORD)
    with factory() as session, writing(session):
        add_account(
            session, login="postless", user_id="postless", name="离任", at=SystemClock().now(),
            password_hash=hash_password(PASSWORD, cost=CHEAP),
        )  # fmt: skip
        drawn: list[tuple[str, str, dict[str, Any]]] = [
            ("form", "drawn", {"schema": {"type": "object"}, "ui": {}}),
            ("process", "drawn", {"xml": process_drawing.blank("drawn", "走访")}),
            ("decision", "drawn", {"xml": decision_drawing.blank("drawn", "走访")}),
            ("scenario", "drawn/drawn-1", {"text": "process: drawn"}),
            (
                "pack",
                "drawn",
                {"zip": b64encode(write_zip("drawn", [Piece("readme", "drawn", "README.md", b"#")])).decode()},
            ),
        ]
        for kind, key, body in drawn:
            designs.create(
                session, kind, key, title="走访", body=body,
                actor=organisation.actor_of(session, "designer", name="流程设计岗", at=SystemClock().now()),
            )  # fmt: skip
        approvals.ask(
            session, [("process", "asked", process_drawing.blank("asked", "走访").encode())], actor=SYSTEM, name="走访"
        )
        revised = library.body(session, library.current(session, "process", "complaint").id) + b"<!-- -->"
        library.publish(session, "process", "complaint", revised, actor=SYSTEM)
        toll = model(decision("toll", feel("1"))).replace(b'id="_toll"', b'id="toll"')
        library.publish(session, "decision", "toll", toll, actor=SYSTEM)
    with factory() as session, writing(session):
        actor = system_actor(str(session.scalar(text("SELECT id FROM units WHERE parent_id IS NULL"))))
        suspend_definition(session, "complaint", actor=actor, reason="核实", running=True)
    # Whether a post carries its token is another test's business (test_security.py).
    return make_app(CLOCK=SystemClock(), WTF_CSRF_ENABLED=False)


def test_each_route_opens_for_its_people_and_for_nobody_else(seeded: Flask, database: Engine) -> None:
    at = _places(database)
    described = {("GET", name): rows for name, rows in _rows(at).items()}
    described |= {("POST", name): rows for name, rows in _posts(at).items()}
    routes = {
        (method, rule.endpoint)
        for rule in seeded.url_map.iter_rules()
        for method in (rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}
        if rule.endpoint not in PUBLIC | ELSEWHERE | BY_TOKEN
    }
    assert routes - set(described) == set(), "routes nobody described"
    assert set(described) - routes == set(), "rows of routes that are gone"
    browsers = {login: _signed_in(seeded, login) for login in PEOPLE}
    wrong, one_sided = [], []
    for (method, endpoint), rows in described.items():
        opened: set[bool] = set()
        for path, allowed in rows:
            for login in PEOPLE:
                status = _ask(browsers[login], method, path)
                opened.add(status != 404)
                if (status != 404) != (login in allowed) or status >= 500:
                    wrong.append(f"{method} {path} {login}: {status}")
        if opened != {True, False}:
            one_sided.append(f"{method} {endpoint}")
    assert wrong == [], wrong
    assert one_sided == [], "routes without both an opening and a refusing row"
    for rule in seeded.url_map.iter_rules():
        if rule.endpoint in BY_TOKEN:
            path = rule.rule.replace("<task_id>", at.task)
            assert {_ask(browsers[login], "POST", path) for login in PEOPLE} == {401}, path
    stranger = seeded.test_client()
    for path in (f"/case/{at.ticket}", "/case/nothing", "/studio"):
        answer = stranger.get(path)
        assert (answer.status_code, "/login" in answer.headers["Location"]) == (302, True), path


def test_what_is_public_is_public_and_nothing_else(make_app: Callable[..., Flask]) -> None:
    rules: dict[str, Callable[..., Any]] = make_app().view_functions
    assert {name for name, view in rules.items() if view.access_rule.public} == PUBLIC
    assert {name for name, view in rules.items() if view.access_rule.by_token} == BY_TOKEN


def _ask(browser: Browser, method: str, path: str) -> int:
    answer = browser.get(path) if method == "GET" else browser.post(path, data={})
    return int(answer.status_code)


def _signed_in(app: Flask, login: str) -> Browser:
    browser = app.test_client()
    assert isinstance(browser, Browser)
    assert browser.post("/login", data={"login": login, "password": PASSWORD}).status_code == 302, login
    return browser


def _places(database: Engine) -> Places:
    def one(statement: str, **given: Any) -> str:
        with database.connect() as connection:
            return str(connection.execute(text(statement), given).scalar() or "")

    ticket = one(
        "SELECT c.id FROM cases c JOIN units u ON u.id = c.starter_unit_id WHERE c.definition = 'ticket' "
        "AND c.phase = '办理中' AND u.code = 'dept01' AND EXISTS (SELECT 1 FROM cases v "
        "JOIN units w ON w.id = v.unit_id JOIN tasks t ON t.case_id = v.id AND t.state = 'open' "
        "AND t.element_id IN ('accept', 'report') "
        "WHERE v.path LIKE '%' || c.id || '%' AND w.code = 'town01-v01') ORDER BY c.id LIMIT 1"
    )
    village_case = one(
        "SELECT v.id FROM cases v JOIN units w ON w.id = v.unit_id WHERE v.path LIKE '%' || :ticket || '%' "
        "AND w.code = 'town01-v01'", ticket=ticket,
    )  # fmt: skip
    assert ticket, "the small seeds hold no running ticket of dept01 in village town01-v01"
    complaint = one("SELECT id FROM cases WHERE definition = 'complaint' ORDER BY id LIMIT 1")
    accuser = one("SELECT u.code FROM cases c JOIN units u ON u.id = c.starter_unit_id WHERE c.id = :id", id=complaint)
    return Places(
        ticket, village_case, complaint, frozenset({VILLAGES[accuser]} if accuser in VILLAGES else ()),
        one("SELECT id FROM tasks WHERE case_id = :case AND state = 'open' AND kind = 'user'", case=village_case),
        one("SELECT id FROM units WHERE code = 'town01-v01'"),
        one("SELECT id FROM artifacts WHERE kind = 'process' AND key = 'ticket'"),
        one("SELECT id FROM batches"),
    )  # fmt: skip
