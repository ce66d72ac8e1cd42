"""Write a case file, for a request or the command line: seal what is open, render the pages, gather, sign."""

from __future__ import annotations

import re
from pathlib import Path
from typing import IO

from flask import current_app, render_template
from sqlalchemy.orm import Session

from engine import reads
from engine.history.casefile import Order, Written, write_case_file
from engine.history.proof import newest_head
from engine.model import Actor
from forms.fields.resident_id import mask
from forms.formats import is_resident_id
from webapp import access, db, filestore, looks, sealing
from webapp.casefile import open_case

# Digests and signatures are passed over: one in 160,000 holds what looks like a resident's number.
_DIGEST = r"(?<![0-9A-Za-z])(?=\d*[a-f])(?:[0-9a-f]{32}){1,4}(?![0-9A-Za-z])"
_RESIDENT_ID = re.compile(_DIGEST + r"|(?<!\d)(?P<number>\d{17}[\dXx])(?!\d)")


def export_case(
    session: Session, person: Actor, case_id: str, out: IO[bytes], *, children: bool, personal: bool = False
) -> tuple[Written, list[str]]:
    """Write a case the person may read, with the child cases they may read if asked; returns the ids of all.

    What is not sealed is sealed first, in transactions of its own, so the caller has written nothing yet.
    personal: with residents' numbers; else the values that hold one stay behind, their commitments go along, and
    pages and titles show it masked. Raises PersonalInside where one stands in what a hash proves.
    """
    shown = str if personal else masked
    # What was read so far must not hide the new head: the caller's transaction begins anew.
    session.rollback()
    with db.session_factory()() as own:
        sealing.sealer(current_app._get_current_object())(own, access.now())  # type: ignore[attr-defined]
    case = reads.case(session, person, case_id)
    below = [item.id for item in reads.tree(session, person, case)] if children else []
    cases = [case_id, *below]
    order = Order(
        cases=cases,
        title=shown(looks.title_of(case)),
        number=shown(looks.number_of(case) or ""),
        site=current_app.config["SITE_NAME"],
        by=looks.post_of(person.name, person.unit_name),
        at=access.now(),
        pages={
            "view.html" if one == case_id else f"view-{one}.html": shown(_page(session, person, one)).encode()
            for one in cases
        },
        conceals=(lambda _text: False) if personal else holds_personal,
    )
    keys = sealing.keys_in(current_app.config["VAR"])
    return write_case_file(session, keys, filestore.folder(), order, out), cases


def holds_personal(text: str) -> bool:
    """Say whether a value's text holds a resident's identity number."""
    return any(_is_number(found) for found in _RESIDENT_ID.finditer(text))


def masked(text: str) -> str:
    """Mask every resident's identity number in a text."""
    return _RESIDENT_ID.sub(lambda found: mask(found[0]) if _is_number(found) else found[0], text)


def _is_number(found: re.Match[str]) -> bool:
    return is_resident_id((found["number"] or "").upper())


def file_name(number: str, case_id: str) -> str:
    """Name the file after the number people see, else after the id."""
    safe = re.sub(r'[\\/:*?"<>|\s]+', "-", number).strip("-.")
    return f"{safe or case_id}.zip"


def _page(session: Session, person: Actor, case_id: str) -> str:
    file = open_case(session, person, case_id)
    head = newest_head(session)
    return render_template(
        "case/archive.html",
        file=file,
        state=looks.state_name(file.case),
        style=(Path(__file__).parent / "templates" / "case" / "archive.css").read_text("utf-8"),
        head=head,
        at=access.now(),
        who=looks.post_of(person.name, person.unit_name),
    )
