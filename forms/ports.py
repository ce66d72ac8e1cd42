"""What forms ask of the outside: organisation, registers and files come in through this protocol."""

from __future__ import annotations

from typing import Any, BinaryIO, Protocol, runtime_checkable


@runtime_checkable
class Ports(Protocol):
    """Lookups and storage a form may need; the caller's rights are already applied inside.

    A port may also have these attributes, which forms use when they are there:
    `secret` (bytes): signs the tokens that carry uploaded files over a refused submission;
    bind it to the person. `zone` (tzinfo): of the unit, for date-times typed without an offset.
    `now` (aware datetime): what `now()` and `today()` are in rules; without it they are null.
    `file_link(pointer, entry) -> str`: the address of an attachment, for reading.
    `people(scope, role)` and `posts(scope, role)`: (id, label, group); `person_label(id)`, `post_label(id)`.
    `regions(parent)`: (id, label) below a place or at the top; `region_path(id)`: the ids above, itself last.
    `rows_below(register, column, parent)`: (key, label) of the records whose column names a parent.
    `calendar`: `is_working(day)` and `add(day, n)` in working days.
    `serial(template) -> str`: the next number, taken in the transaction that stores the submission.
    `note_read(what, pointer)`: records that personal data is shown in full.
    """

    def units(self, scope: str | None, level: str | None, query: str | None) -> list[tuple[str, str, str]]:
        """List (id, label, group) of the units a person may pick, in display order."""

    def unit_label(self, unit_id: str) -> str | None:
        """Name a unit, or None when it is not known."""

    def rows(self, register: str, query: str | None) -> list[tuple[str, str, str]]:
        """List (key, label, hint) of register records, in display order."""

    def row(self, register: str, key: str) -> dict[str, Any] | None:
        """Read one register record as of now, or None."""

    def save_file(self, stream: BinaryIO, name: str) -> dict[str, Any]:
        """Store an upload; returns {"sha256", "name", "size", "type"}."""
