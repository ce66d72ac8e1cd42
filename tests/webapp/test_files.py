"""Attachments: kept over a refusal, given out by the row of their use, never run by a browser."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy.orm import Session

from engine import library
from engine.store.base import writing
from tests.build import SYSTEM
from tests.webapp.browser import Browser
from tests.webapp.desk import Desk

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


def started(desk: Desk) -> tuple[Browser, str]:
    village = desk.browser("clerk@v11")
    return village, village.send("/start/whisper", page="/start").headers["Location"]


def attached(desk: Desk, content: bytes = PDF, name: str = "拨款 凭据.pdf") -> tuple[Browser, str]:
    """Submit a whisper with a file; returns the browser and the file's address."""
    village, task = started(desk)
    upload = {"f/what": "绕过平台要数", "f/evidence": (io.BytesIO(content), name), "action": "submit"}
    answer = village.send(task, upload, page=task, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    found = re.search(r'href="(/file/[^"]+)"', village.get(answer.headers["Location"]).text)
    assert found
    return village, found.group(1)


def test_an_upload_survives_a_refused_submission(desk: Desk) -> None:
    village, task = started(desk)
    upload = {"f/what": "短", "f/evidence": (io.BytesIO(PDF), "凭据.pdf"), "action": "submit"}
    refused = village.send(task, upload, page=task, content_type="multipart/form-data")
    kept = re.search(r'<input[^>]*name="f/evidence:keep"[^>]*>', refused.text)
    assert refused.status_code == 422 and kept
    token = re.search(r'value="([^"]+)"', kept.group())
    assert token

    whole = {"f/what": "绕过平台要数", "f/evidence:keep": token.group(1), "action": "submit"}
    done = village.send(task, whole, page=task)

    page = village.get(done.headers["Location"]).text
    assert done.status_code == 303 and "凭据.pdf" in page and "/file/" in page


def test_a_file_comes_back_with_its_name_and_cannot_be_mistaken(desk: Desk) -> None:
    village, address = attached(desk)

    answer = village.get(address)

    assert answer.data == PDF
    assert answer.headers["Content-Disposition"] == (
        "inline; filename=\"file\"; filename*=UTF-8''%E6%8B%A8%E6%AC%BE%20%E5%87%AD%E6%8D%AE.pdf"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].endswith("sandbox")
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_text_is_saved_not_shown(desk: Desk) -> None:
    village, address = attached(desk, "名单\n".encode(), "名单.txt")

    answer = village.get(address)

    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="file"')


@pytest.mark.parametrize("content", [b"<!doctype html><script>alert(1)</script>", b"<svg xmlns='urn:x'/>"])
def test_active_content_is_not_taken(desk: Desk, content: bytes) -> None:
    village, task = started(desk)
    upload = {"f/what": "绕过平台要数", "f/evidence": (io.BytesIO(content), "凭据.pdf"), "action": "submit"}

    assert village.send(task, upload, page=task, content_type="multipart/form-data").status_code == 422


def test_a_file_is_read_by_who_reads_its_place_in_its_case(desk: Desk) -> None:
    _, address = attached(desk)

    read = {
        login: desk.browser(login).get(address).status_code
        for login in ("clerk@v11", "audit@city", "clerk@d1", "lead@t1", "clerk@v12")
    }

    assert read == {"clerk@v11": 200, "audit@city": 200, "clerk@d1": 404, "lead@t1": 404, "clerk@v12": 404}


def test_a_field_that_is_hidden_hides_its_file(desk: Desk) -> None:
    # The reviewer reads the case, but took part in no step whose view shows the evidence.
    _, address = attached(desk)

    assert desk.browser("clerk@sw").get(address).status_code == 404


def test_a_hash_or_an_unknown_id_opens_nothing(desk: Desk) -> None:
    import hashlib

    village, _ = attached(desk)

    assert village.get(f"/file/{hashlib.sha256(PDF).hexdigest()}").status_code == 404
    assert village.get("/file/00000000-0000-0000-0000-000000000000").status_code == 404


def test_reading_a_file_is_noted(desk: Desk) -> None:
    from sqlalchemy import text

    village, address = attached(desk)
    village.get(address)

    with Session(desk.database) as session:
        noted = session.execute(text("SELECT count(*) FROM events WHERE kind = 'file-read'")).scalar_one()
    assert noted == 1


def handed_down(*, given: str) -> tuple[bytes, bytes]:
    """Write a process whose first step takes a file and which calls another in a village; given: what it hands on."""
    head = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:qc="urn:qingche:bpmn:1" '
        'xmlns:s="http://spiffworkflow.org/bpmn/schema/1.0/core" targetNamespace="t">'
    )
    parent = (
        f'{head}<process id="letter" isExecutable="true"><extensionElements><qc:starter role="clerk"/>'
        '</extensionElements><startEvent id="s"/><userTask id="write"><extensionElements><s:properties>'
        '<s:property name="formJsonSchemaFilename" value="whisper.schema.json"/>'
        '<s:property name="formUiSchemaFilename" value="whisper.ui.json"/><s:property name="formView" value="write"/>'
        '</s:properties><qc:candidate starter="true"/></extensionElements></userTask>'
        '<callActivity id="call" calledElement="copy"><extensionElements><qc:unit value=\'"v12"\'/>'
        f'<qc:input name="what" value="what"/><qc:input name="evidence" value="{given}"/></extensionElements>'
        '</callActivity><endEvent id="e"/><sequenceFlow id="f1" sourceRef="s" targetRef="write"/>'
        '<sequenceFlow id="f2" sourceRef="write" targetRef="call"/><sequenceFlow id="f3" sourceRef="call" '
        'targetRef="e"/></process></definitions>'
    )
    child = (
        f'{head}<process id="copy" isExecutable="true"><startEvent id="s"/><userTask id="read"><extensionElements>'
        '<s:properties><s:property name="contextForm" value="whisper.schema.json"/>'
        '<s:property name="contextView" value="write"/></s:properties>'
        '<qc:candidate role="clerk" unit="case.unit"/></extensionElements></userTask><endEvent id="e"/>'
        '<sequenceFlow id="f1" sourceRef="s" targetRef="read"/><sequenceFlow id="f2" sourceRef="read" targetRef="e"/>'
        "</process></definitions>"
    )
    return parent.encode(), child.encode()


def received(desk: Desk, given: str) -> tuple[Browser, str | None]:
    """Send a letter with a file to a village; returns its browser and the address of the file its task gives."""
    parent, child = handed_down(given=given)
    with Session(desk.database) as session, writing(session):
        library.publish(session, "process", "copy", child, actor=SYSTEM)
        library.publish(session, "process", "letter", parent, actor=SYSTEM)
    sender = desk.browser("clerk@v11")
    task = sender.send("/start/letter", page="/start").headers["Location"]
    upload = {"f/what": "请看附件里的说明", "f/evidence": (io.BytesIO(PDF), "说明.pdf"), "action": "submit"}
    assert sender.send(task, upload, page=task, content_type="multipart/form-data").status_code == 303
    desk.sweep()
    receiver = desk.browser("clerk@v12")
    page = receiver.get(Desk.task_of(receiver)).text
    assert "请看附件里的说明" in page
    found = re.search(r'href="(/file/[^"]+)"', page)
    return receiver, found.group(1) if found else None


def test_a_file_is_opened_from_the_case_it_was_handed_to(desk: Desk) -> None:
    receiver, address = received(desk, "evidence")
    assert address is not None and receiver.get(address).data == PDF
    assert desk.browser("clerk@d1").get(address).status_code == 404


def test_a_hash_that_somebody_knows_is_no_file_to_hand_on(desk: Desk) -> None:
    known = "{sha256: &quot;" + "0" * 64 + "&quot;, name: &quot;a.pdf&quot;, size: 1}"
    assert received(desk, known)[1] is None
