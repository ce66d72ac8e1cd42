"""A case taken away: from the page by an auditor, from the command line; each time an event says what and how much."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from engine.history.offline.command import verify
from tests.webapp.desk import Desk
from tests.webapp.test_case import returned_and_approved
from tests.webapp.test_operate import order
from webapp.cli import main
from webapp.exporting import file_name, holds_personal, masked


def faults(content: bytes, folder: Path) -> list[str]:
    (folder / "case.zip").write_bytes(content)
    return [fault["code"] for fault in verify(str(folder / "case.zip")).faults]


def test_an_auditor_takes_the_case_away(desk: Desk, tmp_path: Path) -> None:
    case = returned_and_approved(desk)
    auditor = desk.browser("audit@city")
    assert f'href="{case}/export"' in auditor.get(case).text
    assert "verify.py" in auditor.get(f"{case}/export").text
    answer = auditor.send(f"{case}/export", {"children": "1"}, page=f"{case}/export")

    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert faults(answer.data, tmp_path) == []
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        page = archive.read("view.html").decode()
        children = [name for name in archive.namelist() if name.startswith("view-")]
        manifest = json.loads(archive.read("manifest.json"))
    assert "冬春防火隐患排查" in page and "公钥指纹" in page and "800.00 元" in page
    assert len(children) == len(manifest["cases"]) - 1 == 2
    assert manifest["written"]["unsealed"] == 0
    with desk.database.connect() as connection:
        (body,) = connection.execute(text("SELECT body FROM events WHERE kind = 'case-exported'")).scalars()
    assert json.loads(body)["events"] == manifest["written"]["events"] and len(json.loads(body)["cases"]) == 3


@pytest.mark.parametrize("login", ["clerk@d1", "clerk@sw", "admin@city"])
def test_nobody_else_does(desk: Desk, login: str) -> None:
    case, _ = desk.submitted()
    browser = desk.browser(login)
    assert "/export" not in browser.get(case).text
    assert browser.get(f"{case}/export").status_code == 404


def test_the_command_line_writes_the_same(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case, _ = desk.submitted()
    monkeypatch.setenv("QINGCHE_VAR", str(desk.app.config["VAR"]))
    out, url = tmp_path / "out.zip", desk.database.url.render_as_string(hide_password=False)
    asked = ["export", "case", case.removeprefix("/case/"), "-o", str(out), "--json", "--db", url]
    done = CliRunner().invoke(main, asked)
    assert (done.exit_code, json.loads(done.stdout)["cases"]) == (0, 1), done.output
    assert faults(out.read_bytes(), tmp_path) == []
    unknown = CliRunner().invoke(main, ["export", "case", "nothing", "-o", str(out), "--db", url])
    assert unknown.exit_code == 1 and "no such case" in unknown.output


def test_residents_numbers_stay_behind() -> None:
    assert holds_personal('{"id":"99010119900101001X"}') is False  # its check digit does not fit
    assert holds_personal('{"id":"11010519491231002X"}') is True
    assert file_name("请〔2026〕0001 号/甲", "x") == "请〔2026〕0001-号-甲.zip" and file_name("", "x") == "x.zip"


@pytest.mark.parametrize("length", [32, 64, 128])
def test_a_digest_is_not_taken_for_a_residents_number(length: int) -> None:
    number = "110105194912310003"
    digest = "a" * (length - 20) + number + "ab"
    assert not holds_personal(f'{{"hash":"{digest}"}}') and masked(digest) == digest
    for written in (digest[1:], digest + "0", f'{{"hash":"{digest}","remark":"{number}"}}'):
        assert holds_personal(written) and number not in masked(written).replace(digest, "")


NUMBER = "11010519491231002X"


def exported(desk: Desk, case: str, out: Path, *more: str) -> int:
    """Write a case by the command line; returns its exit status."""
    url = desk.database.url.render_as_string(hide_password=False)
    order = ["export", "case", case.removeprefix("/case/"), "-o", str(out), "--db", url, *more]
    return int(CliRunner().invoke(main, order).exit_code)


def test_a_number_typed_as_free_text_is_nowhere_in_the_file(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QINGCHE_VAR", str(desk.app.config["VAR"]))
    case, review = desk.submitted(**{"f/subject": f"核实{NUMBER}的申请", "f/ask": f"找{NUMBER.lower()}本人"})
    reviewer = desk.browser("clerk@sw")
    reviewer.send(review, {"f/decision": "return", "f/comment": f"{NUMBER}再查", "action": "submit"}, page=review)
    auditor = desk.browser("audit@city")
    answer = auditor.send(f"{case}/export", {}, page=f"{case}/export")
    assert answer.status_code == 200, answer.text
    assert faults(answer.data, tmp_path) == []
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        found = [name for name in archive.namelist() if NUMBER in archive.read(name).decode().upper()]
        page = archive.read("view.html").decode()
    assert found == [] and page.count("110105**********2X") >= 2 and "再查" in page
    assert exported(desk, case, tmp_path / "whole.zip", "--personal") == 0
    with zipfile.ZipFile(tmp_path / "whole.zip") as archive:
        assert NUMBER in archive.read("view.html").decode() and NUMBER in archive.read("values.jsonl").decode()


def test_a_number_inside_an_event_is_refused_because_the_proof_needs_it(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QINGCHE_VAR", str(desk.app.config["VAR"]))
    case, _ = desk.submitted()
    order(desk.browser("admin@city"), case, action="suspend", reason=f"等{NUMBER}本人来")
    auditor, out = desk.browser("audit@city"), tmp_path / "out.zip"
    answer = auditor.send(f"{case}/export", {}, page=f"{case}/export")
    assert answer.status_code == 422 and "写有居民身份证号" in answer.text and "--personal" in answer.text
    assert exported(desk, case, out) == 1 and not out.exists()
    assert exported(desk, case, out, "--personal") == 0
    assert faults(out.read_bytes(), tmp_path) == []
    with desk.database.connect() as connection:
        bodies = connection.execute(text("SELECT body FROM events WHERE kind = 'case-exported'")).scalars().all()
    assert [json.loads(body)["personal"] for body in bodies] == [True]


@pytest.mark.parametrize("form", ["xes", "ocel"])
def test_an_event_log_is_written_and_that_it_was_is_an_event(desk: Desk, tmp_path: Path, form: str) -> None:
    returned_and_approved(desk)
    out = tmp_path / f"log.{form}"
    address = desk.database.url.render_as_string(hide_password=False)
    order = ["export", form, "-o", str(out), "--definition", "request", "--json", "--db", address]
    answer = CliRunner().invoke(main, order, catch_exceptions=False)
    told = json.loads(answer.stdout)
    assert told["ok"] and told["traces"] >= 1 and told["events"] >= 4 and out.stat().st_size > 1000
    with desk.database.connect() as connection:
        (body,) = connection.execute(text("SELECT body FROM events WHERE kind = 'export'")).scalars()
    assert json.loads(body)["what"] == form and json.loads(body)["rows"] == told["events"]


def test_a_process_is_written_as_the_net_its_log_is_replayed_on(desk: Desk, tmp_path: Path) -> None:
    out = tmp_path / "request.pnml"
    address = desk.database.url.render_as_string(hide_password=False)
    order = ["export", "pnml", "request", "-o", str(out), "--json", "--db", address]
    told = json.loads(CliRunner().invoke(main, order, catch_exceptions=False).stdout)
    assert (told["definition"], told["version"]) == ("request", 1)
    assert out.read_text("utf-8").count("<transition ") == told["transitions"]
    unknown = CliRunner().invoke(main, ["export", "pnml", "request", "--version", "9", "-o", str(out), "--db", address])
    assert unknown.exit_code != 0
