"""What the front end is built from, and what pages ask of it."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path

from flask import Flask

import hatch_build
from webapp.assets import Bundle
from webapp.shell import PLACES
from webapp.wording import LISTS, STATES

ROOT = Path(__file__).resolve().parents[2]
FRONTEND = ROOT / "webapp" / "frontend"
# icon("name") and icon_name="name" in templates; icon= and "…" second words of looks in modules are checked by value.
CALL = re.compile(r"""icon\(\s*["']([a-z0-9-]+)["']""")


def shipped() -> set[str]:
    return set((FRONTEND / "src/icons.txt").read_text("utf-8").split())


def test_every_icon_a_page_prints_is_in_the_sprite() -> None:
    used = {look.icon for look in (*STATES.values(), *LISTS.values()) if look.icon}
    used |= {place.icon for _, places in PLACES for place in places}
    for path in (*(ROOT / "webapp").rglob("*.html"), *(ROOT / "webapp").rglob("*.py"), *(ROOT / "forms").rglob("*.py")):
        if "node_modules" not in path.parts:
            used |= set(CALL.findall(path.read_text("utf-8")))
    assert used - shipped() == set()


def test_the_icons_are_listed_once_and_in_order() -> None:
    names = (FRONTEND / "src/icons.txt").read_text("utf-8").split()
    assert names == sorted(set(names))


def test_the_lock_names_versions_and_hashes_and_no_address() -> None:
    lock = json.loads((FRONTEND / "package-lock.json").read_text("utf-8"))
    for name, package in lock["packages"].items():
        if name:
            assert "resolved" not in package, name
            assert package["integrity"].startswith("sha512-"), name


def test_no_colour_is_written_outside_the_tokens() -> None:
    colour = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(")
    found = {
        path.name: sorted(set(colour.findall(re.sub(r'url\("data:[^"]*"\)', "", path.read_text("utf-8")))))
        for path in (FRONTEND / "src/styles").glob("*.css")
        if path.name != "tokens.css"
    }
    # Paper has its own few, all in one place.
    found.pop("media.css")
    assert {name: colours for name, colours in found.items() if colours} == {}


def test_a_bundle_newer_than_its_sources_is_left_alone(tmp_path: Path) -> None:
    manifest = tmp_path / hatch_build.MANIFEST
    manifest.parent.mkdir(parents=True)
    sources = tmp_path / hatch_build.FRONTEND
    sources.mkdir(parents=True)
    (sources / "package.json").write_text("{}")
    manifest.write_text("{}")
    assert hatch_build.build(tmp_path) == "up to date"


def test_a_source_distribution_with_the_bundle_needs_no_node(tmp_path: Path) -> None:
    manifest = tmp_path / hatch_build.MANIFEST
    manifest.parent.mkdir(parents=True)
    manifest.write_text("{}")
    assert hatch_build.build(tmp_path) == "shipped with the sources"


def test_pages_work_without_a_bundle(app: Flask, tmp_path: Path) -> None:
    app.extensions["bundle"] = Bundle(tmp_path)
    page = app.test_client().get("/login")
    assert page.status_code == 200
    assert "/static/dist" not in page.text


def test_a_new_bundle_is_seen_without_a_restart(app: Flask, tmp_path: Path) -> None:
    app.extensions["bundle"] = Bundle(tmp_path)
    manifest = tmp_path / ".vite" / "manifest.json"
    manifest.parent.mkdir()
    manifest.write_text(json.dumps({"src/shared/site.ts": {"file": "assets/site-1.js", "css": ["assets/site-1.css"]}}))
    page = app.test_client().get("/login").text
    assert 'href="/static/dist/assets/site-1.css"' in page
    assert '<script type="module" src="/static/dist/assets/site-1.js">' in page


def test_a_compressed_twin_goes_to_who_takes_it(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    app = make_app()
    app.static_folder = str(tmp_path)
    assets = tmp_path / "dist" / "assets"
    assets.mkdir(parents=True)
    (assets / "site-1.css").write_text("body{}")
    (assets / "site-1.css.gz").write_bytes(gzip.compress(b"body{}"))
    client = app.test_client()
    small = client.get("/static/dist/assets/site-1.css", headers={"Accept-Encoding": "br, gzip"})
    assert (small.headers["Content-Encoding"], small.mimetype) == ("gzip", "text/css")
    assert gzip.decompress(small.data) == b"body{}"
    assert "immutable" in small.headers["Cache-Control"]
    plain = client.get("/static/dist/assets/site-1.css", headers={"Accept-Encoding": "identity"})
    assert plain.data == b"body{}"
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["Vary"]
