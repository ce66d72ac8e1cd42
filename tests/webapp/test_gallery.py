"""The gallery: packs with their story, starting from one, and packs as zip files in and out."""

from __future__ import annotations

import io
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine import designs, library, organisation, packed
from engine.canonical import parse
from engine.packs import Piece
from engine.store.base import writing
from engine.store.events import read_stream
from tests.build import SYSTEM
from tests.forms.one import soup
from tests.webapp.browser import Browser
from tests.webapp.desk import Desk
from webapp import trying


@pytest.fixture
def designer(desk: Desk) -> Browser:
    """Sign in who designs."""
    with Session(desk.database) as session, writing(session):
        session.info["clock"] = desk.clock
        post = organisation.put_post(session, "city", "设计岗", grants=["designer"], actor=SYSTEM)
        organisation.hold_post(session, "admin@city", post.id, actor=SYSTEM)
    return desk.browser("admin@city")


def sent(browser: Browser, content: bytes, name: str = "desk.zip") -> Any:
    data = {"file": (io.BytesIO(content), name)}
    return browser.send("/studio/pack", data, page="/studio/gallery", content_type="multipart/form-data")


def shown(browser: Browser) -> dict[str, str]:
    """Return what the button of the proposal shown now sends."""
    digest = soup(browser.get("/studio/pack/desk").text).select_one("input[name=digest]")
    assert digest is not None
    return {"action": "publish", "digest": str(digest["value"])}


def changed(content: bytes, old: str, new: str) -> bytes:
    """Replace a text in every file of a zip."""
    pack, pieces, _ = packed.read_zip(content, "desk.zip")
    made = [Piece(p.kind, p.key, p.path, p.content.replace(old.encode(), new.encode())) for p in pieces]
    return packed.write_zip(pack, made)


def test_a_process_is_begun_from_another_with_its_forms(desk: Desk, designer: Browser) -> None:
    assert "desk" in designer.get("/studio/gallery").text
    assert "以此为底新建" in designer.get("/studio/gallery/request").text
    begun = designer.send("/studio/gallery/request", {"key": "visit", "name": "走访“甲”"}, page="/studio/gallery")
    assert begun.status_code == 303 and begun.location.endswith("/studio/processes/visit")
    with Session(desk.database) as session:
        xml = designs.read(session, "process", "visit").body["xml"]
        forms = [head.key for head in designs.listed(session, "form")]
        assert 'id="visit"' in xml and 'id="request"' not in xml and "走访“甲”" in xml
        assert forms and all(f'value="{key}.schema.json"' in xml for key in forms if f"{key}.schema" in xml)
        assert all(key.startswith("visit-") for key in forms)
    assert designer.send("/studio/gallery/request", {"key": "visit"}, page="/studio/gallery").status_code == 409
    assert designer.send("/studio/gallery/request", {"key": "request"}, page="/studio/gallery").status_code == 409
    assert designer.send("/studio/gallery/request", {"key": "1 x"}, page="/studio/gallery").status_code == 422
    assert designer.send("/studio/gallery/request", {"key": "fields"}, page="/studio/gallery").status_code == 422


def test_a_pack_goes_out_and_comes_back_as_the_same(desk: Desk, designer: Browser) -> None:
    out = designer.get("/studio/pack/desk.zip").data
    assert sent(designer, out).status_code == 303
    page = designer.get("/studio/pack/desk").text
    assert "一样" in page and "0 个文件会发布" in page


def test_an_import_shows_first_and_publishes_then(desk: Desk, designer: Browser) -> None:
    out = designer.get("/studio/pack/desk.zip").data
    sent(designer, changed(out, 'id="review" name="', 'id="review" name="再'))
    # Written anew, the zip says it was last the same as it is: what differs here is newer here.
    assert "这里的更新，不动" in designer.get("/studio/pack/desk").text
    pack, pieces, _ = packed.read_zip(changed(out, 'id="review" name="', 'id="review" name="再'), "desk.zip")
    old = packed.read_zip(out, "desk.zip")[2]
    with io.BytesIO(packed.write_zip(pack, pieces)) as file:
        loose = _without_state(file.read())
    assert old and sent(designer, loose).status_code == 303
    page = designer.get("/studio/pack/desk").text
    assert "冲突" in page
    tick = page.split('name="take" value="')[1].split('"')[0]
    designer.send("/studio/pack/desk", shown(designer), page="/studio/gallery")
    with Session(desk.database) as session:
        assert library.current(session, "process", "request").version == 1
    sent(designer, loose)
    done = designer.send(
        "/studio/pack/desk",
        {**shown(designer), "take": tick, "note": "改名"},
        page="/studio/gallery",
    )
    assert done.status_code == 303
    with Session(desk.database) as session:
        assert library.current(session, "process", "request").version == 2
        assert designs.listed(session, "pack") == []


def test_a_zip_put_in_the_place_of_the_one_shown_is_not_published_unread(desk: Desk, designer: Browser) -> None:
    pieces = packed.read_zip(designer.get("/studio/pack/desk.zip").data, "desk.zip")[1]
    more = [*pieces, Piece("form", "more.schema.json", "forms/more.schema.json", b'{"type": "object", "title": "M"}')]
    sent(designer, packed.write_zip("desk", pieces))
    seen = shown(designer)
    sent(designer, packed.write_zip("desk", more))
    assert designer.send("/studio/pack/desk", seen, page="/studio/gallery").status_code == 409
    with Session(desk.database) as session:
        assert library.live(session, "form", "more.schema.json") is None


def test_a_pack_goes_by_its_scenarios_and_by_two_on_the_record(desk: Desk, designer: Browser) -> None:
    desk.app.config["PUBLISH_BY_TWO"] = True
    with Session(desk.database, info={"clock": desk.clock}) as session, writing(session):
        kept = "process: request\nby: clerk@d1\nexpect: {title: 新申请, waiting: [draft]}\n"
        trying.save_scenario(session, "request", "发起", kept, actor=SYSTEM)
        post = organisation.put_post(session, "sw", "设计岗", grants=["designer"], actor=SYSTEM)
        organisation.hold_post(session, "lead@sw", post.id, actor=SYSTEM)
    second, out = desk.browser("lead@sw"), designer.get("/studio/pack/desk.zip").data

    def offered(old: str, new: str) -> dict[str, str]:
        sent(designer, _without_state(changed(out, old, new)))
        return {
            **shown(second),
            "take": second.get("/studio/pack/desk").text.split('name="take" value="')[1].split('"')[0],
        }

    def publish(browser: Browser, **said: str) -> Any:
        return browser.send("/studio/pack/desk", said, page="/studio/gallery")

    broken = publish(second, **offered('"新申请"', '"旧申请"'))
    assert broken.status_code == 422 and "走法“发起”走得不一样" in broken.text
    assert publish(designer, action="discard").status_code == 303
    good = offered('id="review" name="', 'id="review" name="再')
    mine = publish(designer, **good)
    assert mine.status_code == 422 and "另一个人同意" in mine.text
    assert publish(second, **good, note="改名").status_code == 303
    with Session(desk.database) as session:
        assert library.current(session, "process", "request").version == 2
        told = [
            (row.kind, parse(row.body)) for row in read_stream(session, library.STREAM) if "publication" in row.kind
        ]
    assert [kind for kind, _ in told] == [
        "publication-asked", "publication-refused", "publication-asked", "publication-approved",
    ]  # fmt: skip
    asked, approved = told[-2][1], told[-1][1]
    assert approved["files"] == asked["files"] and approved["files"][0]["key"] == "request"
    assert (asked["who"]["id"], approved["who"]["id"], approved["asked_by"]) == ("admin@city", "lead@sw", "admin@city")


def test_a_broken_zip_is_told_and_nothing_is_kept(desk: Desk, designer: Browser) -> None:
    refused = sent(designer, b"no zip at all")
    assert refused.status_code == 422 and "不是完整的 zip" in refused.text
    assert sent(designer, b"", "").status_code == 422
    with Session(desk.database) as session:
        assert designs.listed(session, "pack") == []


def _without_state(content: bytes) -> bytes:
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            if not info.filename.endswith(".json") or "forms/" in info.filename:
                new.writestr(info.filename, old.read(info))
    return out.getvalue()
