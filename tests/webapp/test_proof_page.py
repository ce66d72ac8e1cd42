"""The proof pages: heads for anybody, a paper and a line held against them, case files checked, proofs handed out."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from engine.history.choice import choose
from engine.history.hashing import SHA256, SM3, Hash
from engine.history.heads import Keys, fingerprint, read_head
from engine.history.merkle import extends, includes
from engine.history.seals import leaf_of, seal
from engine.store.base import writing
from tests.webapp.desk import Desk
from webapp.paper import code_of
from webapp.sealing import keys_in


@pytest.fixture
def by() -> Hash:
    return SHA256


@pytest.fixture
def database(database: Engine, by: Hash) -> Engine:
    """The test's database, its history made with `by`."""
    with Session(database) as session:
        choose(session, by.name)
    return database


with_either_hash = pytest.mark.parametrize("by", [SHA256, SM3], ids=lambda by: by.name)


@pytest.fixture
def sealed(desk: Desk) -> tuple[str, Keys]:
    """A submitted case under the second of two heads; returns its address and the keys."""
    keys = keys_in(str(desk.app.config["VAR"]))

    def seal_now() -> None:
        with Session(desk.database, info={"clock": desk.clock}) as session:
            seal(session, keys)

    seal_now()
    case, _ = desk.submitted()
    seal_now()
    return case, keys


@with_either_hash
def test_heads_are_for_everybody(desk: Desk, sealed: tuple[str, Keys], by: Hash) -> None:
    stranger = desk.app.test_client()
    page, lines = stranger.get("/proof").text, stranger.get("/proof/heads.txt").text.splitlines()
    newest = read_head(lines[-1])
    assert newest is not None and newest.is_signed() and newest.number == len(lines) == 2
    assert newest.by is by and f"<dd>{by.title}</dd>" in page
    assert fingerprint(newest.key) in page and newest.root in page and 'href="/proof/head/1"' in page
    assert stranger.get("/proof/keys.json").get_json()["keys"][0]["fingerprint"] == fingerprint(newest.key)
    sheet = stranger.get("/proof/head/2").text
    assert "<svg" in sheet and newest.hash in sheet
    for number in ("9", "99999999999", "9" * 30):
        assert stranger.get(f"/proof/head/{number}").status_code == 404
        assert stranger.get(f"/proof/heads.txt?before={number}").text.splitlines() == lines
    assert stranger.get("/proof/heads.txt?before=-" + "9" * 30).text == ""


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda line, _: line, "一致"),
        (lambda line, _: line.replace('"size":', '"size":1'), "不是这个平台签的"),
        (lambda line, keys: keys.sign(2, "2026-11-23T01:00:00.000000Z", 1, "00" * 32, "").line, "历史被换过"),
        (lambda *_: "你好", "不是一行封条"),
    ],
)
def test_a_line_is_held_against_them(desk: Desk, sealed: tuple[str, Keys], spoil: object, said: str) -> None:
    stranger = desk.app.test_client()
    line = stranger.get("/proof/heads.txt").text.splitlines()[-1]
    assert callable(spoil)
    assert said in stranger.get("/proof", query_string={"line": spoil(line, sealed[1])}).text


def test_a_paper_tells_no_more_than_whether_it_matches(desk: Desk, sealed: tuple[str, Keys]) -> None:
    case, _ = sealed
    auditor = desk.browser("audit@city")
    told = auditor.get(f"{case}/proof?format=json").get_json()
    address = f"/proof/paper/{case.removeprefix('/case/')}/{told['seq']}/{told['hash'][:32]}"
    assert code_of(f"http://localhost{address}", "扫码查验这张纸") in auditor.get(f"{case}/print").text
    stranger = desk.app.test_client()
    good = stranger.get(address)
    wrong = [address[:-1] + "g", address[:-5], "/proof/paper/nothing/1/" + "0" * 32]
    assert "对得上" in good.text and "冬春防火" not in good.text and "对不上" not in good.text
    for path in wrong:
        assert "对不上" in stranger.get(path).text
    assert stranger.get(f"{case}/proof").status_code in (302, 401, 404)


@with_either_hash
def test_proofs_are_handed_out(desk: Desk, sealed: tuple[str, Keys], by: Hash) -> None:
    case, _ = sealed
    auditor = desk.browser("audit@city")
    told = auditor.get(f"{case}/proof?seq=2&format=json").get_json()
    head, path = told["head"], [bytes.fromhex(step) for step in told["path"]]
    leaf = leaf_of(told["stream"], told["seq"], told["hash"], by)
    assert includes(leaf, told["position"], head["size"], path, bytes.fromhex(head["root"]), by)
    assert told["hash"] in auditor.get(f"{case}/proof?seq=2").text
    grown = auditor.get("/proof/consistency/1").get_json()
    first, second = grown["first"], grown["second"]
    roots = bytes.fromhex(first["root"]), bytes.fromhex(second["root"])
    proof = [bytes.fromhex(step) for step in grown["path"]]
    assert extends(first["size"], roots[0], second["size"], roots[1], proof, by)
    assert auditor.get("/proof/consistency/99").status_code == 404
    assert desk.app.test_client().get("/proof/consistency/1").status_code == 302


@with_either_hash
def test_a_case_file_is_checked_here_too(desk: Desk, sealed: tuple[str, Keys], tmp_path: Path) -> None:
    case, _ = sealed
    auditor = desk.browser("audit@city")
    content = auditor.send(f"{case}/export", page=f"{case}/export").data

    def checked(data: bytes) -> tuple[int, str]:
        answer = auditor.send("/proof/check", {"file": (io.BytesIO(data), "case.zip")}, page="/proof/check")
        return answer.status_code, answer.text

    status, page = checked(content)
    assert status == 200 and "全部通过" in page, re.sub(r"<[^>]*>|\s", "", page)
    assert "有不符的地方" in checked(content[:-300])[1]
    number = json.loads(_member(content, "manifest.json"))["number"]
    if number:
        assert auditor.get("/proof/check", query_string={"number": number}).headers["Location"] == f"{case}/replay"
    assert auditor.get("/proof/check?number=nothing").status_code == 422


def test_a_number_leads_to_its_case_though_newer_ones_contain_it(desk: Desk) -> None:
    addresses = [desk.submitted()[0] for _ in range(4)]
    with Session(desk.database) as session, writing(session):
        for address, number in zip(addresses, ("申-1", "申-10", "申-11", "申-12"), strict=True):
            given = {"number": number, "id": address.removeprefix("/case/")}
            session.execute(text("UPDATE cases SET number = :number WHERE id = :id"), given)
    auditor, stranger = desk.browser("audit@city"), desk.browser("clerk@v22")
    found = auditor.get("/proof/check", query_string={"number": " 申-1 "})
    assert found.headers.get("Location") == f"{addresses[0]}/replay", found.text
    assert auditor.get("/proof/check", query_string={"number": "申-"}).status_code == 422
    assert stranger.get("/proof/check", query_string={"number": "申-1"}).status_code == 422


def _member(content: bytes, name: str) -> bytes:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)
