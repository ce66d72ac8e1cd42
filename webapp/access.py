"""Who may open what: one rule on every route, checked before the view runs; a route without a rule does not start.

What is missing and what is forbidden look alike: 404. `actor()` is the person of this request with the grants
held now, read from the database once a request and never kept in the process.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Flask, current_app, g, request
from flask import session as browser
from flask_login import LoginManager, current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine import organisation, units
from engine.assignment import AUDITOR
from engine.errors import NotFound
from engine.history.access import record_access
from engine.model import Actor, Case
from webapp import db
from webapp.accounts.sign_in import SignIn, load_sign_in
from webapp.accounts.tokens import Token, find_token

if TYPE_CHECKING:
    from webapp.tasksheet import Sheet

View = TypeVar("View", bound=Callable[..., Any])

# The browser's session remembers when it was last used; written at most this often.
_SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Rule:
    """A named condition on the person asking; `public` rules never read who that is, `by_token` ones ask a token."""

    name: str
    allows: Callable[[Actor], bool]
    public: bool = False
    by_token: bool = False


anyone = Rule("anyone", lambda _actor: True, public=True)
signed_in = Rule("signed in", lambda _actor: True)
with_token = Rule("API token", lambda _actor: True, by_token=True)


def holds(*roles: str) -> Rule:
    """Ask for one of `roles` in any unit."""
    return Rule("holds " + " or ".join(roles), lambda person: any(person.holds(role) for role in roles))


def keeps(*roles: str) -> Rule:
    """Ask for one of `roles` over the whole tree: what they keep is everybody's."""
    name = "keeps the whole tree as " + " or ".join(roles)
    return Rule(name, lambda person: any(person.holds(role, person.root_unit_id) for role in roles))


# Books and logs that hold what every unit did are for who audits the whole tree.
audits = Rule("audits the whole tree", lambda person: person.holds(AUDITOR, person.root_unit_id))


def rule(condition: Rule) -> Callable[[View], View]:
    """Give a view its access rule; goes directly above the function, below the route."""

    def mark(view: View) -> View:
        view.access_rule = condition  # type: ignore[attr-defined]
        return view

    return mark


class NotSignedIn(Exception):
    """The page asks for a person and nobody is signed in."""


class NoPost(Exception):
    """Somebody signed in who holds no post now: an account without anything to do."""


class MustChangePassword(Exception):
    """The password was given out by somebody else: nothing opens until the person has chosen one."""


# What stays open to who must choose a password first.
_BEFORE_CHANGE = frozenset({"accounts.password", "accounts.change_password"})


def init_app(app: Flask) -> None:
    """Load sign-ins and enforce the rules of `app`'s routes."""
    logins = LoginManager(app)
    logins.user_loader(_load)
    app.before_request(_enforce)
    app.jinja_env.globals.update(may_open=may_open)


def require_rules(app: Flask) -> None:
    """Refuse to start with a route that nobody gave a rule."""
    app.view_functions["static"] = rule(anyone)(app.view_functions["static"])
    bare = sorted(name for name, view in app.view_functions.items() if not hasattr(view, "access_rule"))
    if bare:
        raise RuntimeError(f"routes without an access rule: {', '.join(bare)}")


def rule_of(endpoint: str) -> Rule | None:
    """Return the rule of an endpoint; None if there is no such endpoint."""
    view = current_app.view_functions.get(endpoint)
    return getattr(view, "access_rule", None)


def may_open(endpoint: str) -> bool:
    """Say whether this request's person may open `endpoint`; for menus and links."""
    condition = rule_of(endpoint)
    if condition is None:
        return False
    person = actor_or_none()
    return condition.public or (person is not None and condition.allows(person))


def now() -> datetime:
    """Return the time of this request: one reading, so that everything in it agrees."""
    if "now" not in g:
        g.now = current_app.extensions["clock"].now()
    at: datetime = g.now
    return at


def sign_in() -> SignIn | None:
    """Return the account signed in, or None."""
    return current_user._get_current_object() if current_user.is_authenticated else None


def actor_or_none() -> Actor | None:
    """Return the person of this request, or None when nobody is signed in."""
    if "actor" not in g:
        account = sign_in()
        g.actor = _actor_of(account) if account else None
    person: Actor | None = g.actor
    return person


def actor() -> Actor:
    """Return the person of this request; NotSignedIn or NoPost where there is none."""
    person = actor_or_none()
    if person is None:
        raise NoPost if sign_in() else NotSignedIn
    return person


def note_access(kind: str, *, who: tuple[str, str] | None = None, **fields: object) -> None:
    """Write one event to the access stream after this request's transaction, whichever way that ends.

    kind: sign-in, sign-in-failed, sign-in-locked, sign-out, password-changed, refused, export, …
    who: (user id, name) where the person is not the one signed in. fields: what to remember; no values of a
    case and no secrets.
    """
    person, at, ip = g.get("actor"), now(), request.remote_addr

    def write(session: Session) -> None:
        known = person
        if known is None and who is not None:
            known = organisation.actor_of(session, who[0], name=who[1], at=at, ip=ip)
        known = known or Actor("anonymous", "", "", "", "", ip=ip)
        record_access(session, kind, known, fields, at=at)

    db.afterwards(write)


def _load(token: str) -> SignIn | None:
    at = now()
    account = load_sign_in(db.session(), token, at=at)
    seen = datetime.fromtimestamp(browser.get("seen", 0), UTC)
    idle = timedelta(minutes=current_app.config["IDLE_MINUTES"])
    longest = timedelta(hours=current_app.config["SESSION_HOURS"])
    if account is None or at - seen > idle or at - datetime.fromisoformat(account.started_at) > longest:
        browser.clear()
        return None
    if at - seen >= _SEEN_EVERY:
        browser["seen"] = at.timestamp()
    return account


def _actor_of(account: SignIn) -> Actor | None:
    held = organisation.rights_of(account.rights)
    person = organisation.actor_with(held, account.user_id, name=account.name, ip=request.remote_addr)
    return person if person.unit_id else None


def _enforce() -> Response | None:
    if request.endpoint is None:
        return None
    condition = rule_of(request.endpoint)
    if condition is None:
        raise NotFound
    if condition.public:
        return None
    if condition.by_token:
        _admit(request.headers.get("Authorization", ""))
        return None
    person, account = actor(), sign_in()
    if account is not None and account.must_change and request.endpoint not in _BEFORE_CHANGE:
        raise MustChangePassword
    if not condition.allows(person):
        note_access("refused", path=request.path, rule=condition.name)
        raise NotFound
    return None


def token() -> Token:
    """Return the token of this request, on routes that ask for one."""
    found: Token = g.token
    return found


def _admit(header: str) -> None:
    """Let the system whose token the header names be the actor of this request; raises NotSignedIn."""
    scheme, _, text = header.partition(" ")
    found = find_token(db.session(), text.strip(), now()) if scheme.lower() == "bearer" else None
    if found is None:
        raise NotSignedIn
    place = units.unit(db.session(), found.unit_id)
    g.token = found
    g.actor = Actor(
        found.id, found.purpose, place.id, place.path, place.root_unit_id, unit_name=place.name, via="api",
        ip=request.remote_addr,
    )  # fmt: skip


def case_for(case_id: str) -> Case:
    """Return a case this person may read; NotFound looks the same for missing and forbidden."""
    from engine import reads

    try:
        return reads.case(db.session(), actor(), case_id)
    except NotFound:
        note_access("refused", path=request.path, rule="case")
        raise


def task_for(task_id: str) -> Sheet:
    """Return a task with its case, values and forms, for who may read the case."""
    from engine import reads
    from webapp.tasksheet import FOR_PEOPLE, sheet_of

    try:
        task, case, values = reads.task_and_case(db.session(), actor(), task_id)
        if task.kind not in FOR_PEOPLE:
            raise NotFound(what="task", id=task_id)
    except NotFound:
        note_access("refused", path=request.path, rule="task")
        raise
    return sheet_of(db.session(), actor(), case, task, values)


def task_for_writing(task_id: str) -> Sheet:
    """Lock the task's case and return the same: the one read a submission needs.

    Who could have done the task, did it or started its case gets it closed, too, and learns who was faster.
    """
    from engine.assignment import acting_for, is_open_to, may_know_outcome
    from engine.canonical import parse
    from engine.records import case_of, task_of
    from engine.step import lock_task
    from webapp.tasksheet import FOR_PEOPLE, sheet_of

    person = actor()
    locked, row = lock_task(db.session(), task_id)
    case, task = case_of(locked), task_of(row)
    person = acting_for(person, case.definition, task.candidates, task.holder_id)
    took_part = (task.holder_id,) if task.state == "open" else (task.done_by, task.holder_id, case.started_by)
    known = may_know_outcome(person, task.candidates, took_part=took_part) and is_open_to(
        person, readers=case.readers, starter_unit_id=case.starter_unit_id
    )
    if task.kind not in FOR_PEOPLE or not known:
        note_access("refused", path=request.path, rule="task")
        raise NotFound(what="task", id=task_id)
    sheet = sheet_of(db.session(), person, case, task, parse(locked.values_json))
    if sheet.is_open and sheet.used is None and not sheet.is_mine:
        # Reading the case is no right to act: while the task waits it is not this person's, and looks missing.
        note_access("refused", path=request.path, rule="task")
        raise NotFound(what="task", id=task_id)
    return sheet
