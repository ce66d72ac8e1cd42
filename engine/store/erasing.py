"""Take values away: what stands beside events, in a case's row and among its files; the chain is not touched."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, text, update

from engine.store.attachments import AttachmentRow
from engine.store.base import Session
from engine.store.cases import CaseRow, CaseWindowRow

_ERASE = text(
    "UPDATE event_values SET before = NULL, after = NULL, salt = '', erased_at = :at "
    "WHERE stream = :stream AND seq = :seq AND pointer = :pointer"
)


def erase_values(session: Session, stream: str, places: Collection[tuple[int, str]], at: str) -> None:
    """Empty the values at these (seq, pointer), salts too: without it a short value cannot be guessed from its hash."""
    session.execute(_ERASE, [{"stream": stream, "seq": seq, "pointer": pointer, "at": at} for seq, pointer in places])


def rewrite_case(session: Session, case_id: str, *, values_json: str, title: str, facts: str) -> None:
    """Set what a case's row repeats of its values."""
    session.execute(update(CaseWindowRow).where(CaseWindowRow.case_id == case_id).values(values_json=values_json))
    session.execute(update(CaseRow).where(CaseRow.id == case_id).values(title=title, facts=facts))


def forget_files(session: Session, case_id: str, hashes: Collection[str]) -> None:
    """Delete the uses of these files in a case; bytes nobody else names are swept after a day."""
    session.execute(
        delete(AttachmentRow).where(AttachmentRow.case_id == case_id, AttachmentRow.sha256.in_(sorted(hashes)))
    )
