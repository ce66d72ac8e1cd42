"""What an official sheet carries besides its content: the marks of its form, and a code that leads back to the case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from flask_babel import gettext as _
from markupsafe import Markup

from forms.fields.dates import read_date, write_date
from webapp.formfiles import FormFile
from webapp.language import language

OFFICIAL = "qc:official"


@dataclass(frozen=True)
class Marks:
    """The marks of one form: (name, text), and whether its time is over, past which the form is void by itself."""

    title: str
    lines: list[tuple[str, str]]
    is_void: bool


def marks_of(files: Iterable[FormFile], today: date) -> list[Marks]:
    """List the marks of the forms that have any (`qc:official` of their ui), in order."""
    return [marks for file in files if (marks := _marks(file, today))]


def _marks(file: FormFile, today: date) -> Marks | None:
    given = file.ui.get(OFFICIAL)
    held = given if isinstance(given, dict) else {}
    until = read_date(str(held.get("validUntil") or ""))
    named = (
        (_("表号"), held.get("tableNumber")),
        (_("制表机关"), held.get("maker")),
        (_("批准机关"), held.get("approver")),
        (_("批准文号"), held.get("approvalNumber")),
        (_("有效期限"), _("至 %(day)s", day=write_date(until, language())) if until else held.get("validUntil")),
    )
    lines = [(name, text.strip()) for name, text in named if isinstance(text, str) and text.strip()]
    return Marks(file.title, lines, until is not None and until < today) if lines else None


def code_of(address: str, label: str) -> Markup:
    """Draw an address as a QR code (ISO/IEC 18004, level M), to be scanned from paper."""
    import segno

    out = BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=2, svgclass="qr", lineclass=None, title=label
    )
    return Markup(out.getvalue().decode())  # noqa: S704 - segno escapes the title and draws the rest
