"""What may be drawn is what the engine runs; texts are read while they are typed; the page stays light."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

import engine
import webapp
from tests.webapp.browser import Browser
from tests.webapp.test_process_designs import designer as designer
from webapp import drawing_palette

DIST = Path(webapp.__file__).parent / "static" / "dist"
MOST_SCRIPT = 500_000


@pytest.fixture
def offers(app: Flask) -> dict[tuple[str, str], drawing_palette.Offer]:
    """Give the offers by element and by what tells them apart."""
    with app.test_request_context():
        return {(each.element, each.event or each.switch): each for each in drawing_palette.offers()}


def test_nothing_refused_is_offered_and_each_kind_that_runs_is(offers: Any) -> None:
    plain = {each.element: each.state for each in engine.capabilities() if not each.variant}
    drawn = {element for element, _variant in offers}
    assert not {element for element, state in plain.items() if state == "refused"} & {
        element for element, variant in offers if not variant
    }
    lines = {"sequenceFlow", "messageFlow", "dataInputAssociation"}
    parts = {"dataObject", "ioSpecification", "property", "laneSet", "category"}
    assert {element for element, state in plain.items() if state != "refused"} - drawn == lines | parts
    assert not {("intermediateCatchEvent", ""), ("intermediateCatchEvent", "ErrorEventDefinition")} & set(offers)
    assert offers["intermediateCatchEvent", "TimerEventDefinition"].name == "到时候再走"


def test_each_offer_has_words_of_its_own(offers: Any) -> None:
    names = [each.name for each in offers.values()]
    assert len(set(names)) == len(names)
    assert [each.bpmn for each in offers.values() if each.name == each.bpmn] == []


def read(designer: Browser, **body: Any) -> dict[str, Any]:
    headers = {"X-CSRFToken": designer.token("/studio/processes")}
    answer = designer.post("/studio/processes/text", json=body, headers=headers)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.get_json()
    return found


def test_a_wrong_text_is_told_with_its_place(designer: Browser) -> None:
    problem = read(designer, text="amount >\n  (3")["problem"]
    assert problem["line"] == 2 and problem["column"] == 5 and problem["message"]
    assert read(designer, text="amount > 3")["problem"] is None


def test_a_condition_reads_as_lines_or_not_at_all(designer: Browser) -> None:
    model = read(designer, text='申请.金额 > 100 and kind = "水"', names=["申请"])["model"]
    assert model == {
        "all": [
            {"field": "申请.金额", "operator": ">", "value": 100},
            {"field": "kind", "operator": "=", "value": "水"},
        ]
    }
    assert read(designer, text="some x in list satisfies x > 1")["model"] is None


@pytest.mark.parametrize(
    ("timer", "text", "many"),
    [("timeDuration", "PT1H", 1), ("timeCycle", "R3/PT1H", 3), ("timeCycle", "R/P1D", 3), ("timeDate", "due", 0)],
)
def test_a_timer_tells_when_it_fires(designer: Browser, timer: str, text: str, many: int) -> None:
    found = read(designer, text=text, timer=timer)
    assert len(found["next"]) == many and found["problem"] is None


def test_the_fields_of_a_form_are_told_by_their_names(designer: Browser) -> None:
    assert designer.get("/studio/processes/fields?form=nothing.schema.json").status_code == 404
    assert {"forms", "roles", "units"} <= set(designer.get("/studio/processes/named").get_json())


def test_the_designer_is_a_light_page() -> None:
    manifest = json.loads((DIST / ".vite" / "manifest.json").read_text("utf-8"))
    names, seen = ["src/process-designer/designer.ts"], set[str]()
    while names:
        name = names.pop()
        if name not in seen:
            seen.add(name)
            names += manifest[name].get("imports", [])
    scripts = [DIST / manifest[name]["file"] for name in seen]
    assert sum(len(gzip.compress(each.read_bytes(), 9)) for each in scripts) <= MOST_SCRIPT
