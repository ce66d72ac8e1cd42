"""Moments."""

from __future__ import annotations

from datetime import UTC

import pytest

from tests.forms.one import Office, control, form_of, message, read_text, value

FORM = form_of({"type": "string", "format": "date-time"})


@pytest.mark.parametrize(
    "typed", ["2026-11-26T09:30", "2026-11-26 09:30", "2026年11月26日9:30", "2026-11-26T01:30:00Z"]
)
def test_a_moment_is_stored_with_its_offset(typed):
    assert value(FORM, typed) in ("2026-11-26T09:30:00+08:00", "2026-11-26T01:30:00+00:00")


def test_it_is_shown_in_the_zone_of_the_unit():
    assert control(FORM, "2026-11-26T01:30:00Z")["value"] == "2026-11-26T09:30"
    assert read_text(FORM, "2026-11-26T01:30:00Z") == "2026年11月26日 09:30"


def test_the_port_names_the_zone():
    office = Office()
    office.zone = UTC
    assert value(FORM, "2026-11-26T09:30", ports=office) == "2026-11-26T09:30:00+00:00"


def test_what_is_no_moment_is_told():
    assert message(FORM, "下午") == "甲要填日期和时间，例如 2026-11-26 09:30"
