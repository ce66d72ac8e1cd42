"""Decisions that import others: resolved among what is published, pinned to the case, refused where something lacks."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from engine import library, replay, start_case
from engine.canonical import parse
from engine.clock import FixedClock
from engine.errors import EvaluationFailed, InvalidDefinition
from engine.store.base import writing
from engine.store.cases import CaseWindowRow
from tests.build import SYSTEM, Organisation, an_organisation
from tests.engine.dmn.draw import bkm, decision, given, model, text
from tests.engine.flows import end, flow, process, published, start, user

_IMPORT = '<import name="lib" namespace="urn:lib" importType="https://www.omg.org/spec/DMN/20211108/MODEL/"/>'


def _library(feel: str, name: str = "rate") -> bytes:
    written = model(bkm(name, ["x"], text(feel)), decision("basis", text("1")), namespace="urn:lib")
    return written.replace(b'id="_basis"', b'id="basis"')


def _fee(*, feel: str = "lib.rate(amount)", uses: str = "urn:lib#_rate") -> bytes:
    own = decision("fee", text(feel), needs=["i:amount"], uses=[uses])
    return model(_IMPORT, given("amount", "number"), own).replace(b'id="_fee"', b'id="fee"')


_ASKS = process(
    "asks",
    start("decide"),
    '<bpmn:businessRuleTask id="decide" name="decide"><bpmn:extensionElements>'
    "<spiffworkflow:calledDecisionId>fee</spiffworkflow:calledDecisionId></bpmn:extensionElements>"
    "</bpmn:businessRuleTask>",
    flow("decide", "work"),
    user("work", "end", candidate='starter="true"'),
    end(),
    extensions='<qc:starter role="clerk"/>',
)


@pytest.fixture
def city(session: Session, clock: FixedClock) -> Organisation:
    """Make the small city."""
    with writing(session):
        return an_organisation(session, clock)


def _publish(session: Session, key: str, content: bytes) -> None:
    with writing(session):
        library.publish(session, "decision", key, content, actor=SYSTEM)


def _fee_of(session: Session, city: Organisation) -> tuple[str, object]:
    with writing(session):
        case = start_case(session, "asks", actor=city.actor(session, "clerk@d1"), values={"amount": 10})
        return case.id, parse(session.get_one(CaseWindowRow, case.id).values_json)["fee"]


def test_an_import_that_is_not_published_is_refused_with_its_line(session: Session, city: Organisation) -> None:
    with pytest.raises(InvalidDefinition) as refused:
        _publish(session, "fee", _fee())
    (one,) = [error for error in refused.value.fields["errors"] if error["code"] == "import-missing"]
    assert (one["element_id"], one["line"]) == ("lib", 2)
    assert one["message"] == "引入的模型 urn:lib 还没有发布，请先发布它"


def test_what_is_imported_must_be_in_the_published_model(session: Session, city: Organisation) -> None:
    _publish(session, "basis", _library("x * 2"))
    with pytest.raises(InvalidDefinition) as refused:
        _publish(session, "fee", _fee(uses="urn:lib#_nothing"))
    assert "reference-missing" in {error["code"] for error in refused.value.fields["errors"]}


def test_a_case_keeps_the_version_it_began_with(session: Session, city: Organisation) -> None:
    _publish(session, "basis", _library("x * 2"))
    _publish(session, "fee", _fee())
    with writing(session):
        published(session, asks=_ASKS)
    first, fee = _fee_of(session, city)
    assert fee == 20
    _publish(session, "basis", _library("x * 3"))
    assert _fee_of(session, city)[1] == 30
    assert replay(session, first).ok


def test_a_new_version_that_breaks_an_importer_is_refused(session: Session, city: Organisation) -> None:
    _publish(session, "basis", _library("x * 2"))
    _publish(session, "fee", _fee())
    with pytest.raises(InvalidDefinition) as refused:
        _publish(session, "basis", _library("x * 2", name="price"))
    (one,) = refused.value.fields["errors"]
    assert (one["code"], one["element_id"]) == ("breaks-importer", "fee")


def test_an_answer_that_failed_stops_the_case_and_one_that_is_null_does_not(
    session: Session, city: Organisation
) -> None:
    divided = decision("fee", text("if amount > 5 then null else amount / 0"), needs=["i:amount"])
    _publish(session, "fee", model(given("amount", "number"), divided).replace(b'id="_fee"', b'id="fee"'))
    with writing(session):
        published(session, asks=_ASKS)
    assert _fee_of(session, city)[1] is None
    with pytest.raises(EvaluationFailed) as failed:
        start_case(session, "asks", actor=city.actor(session, "clerk@d1"), values={"amount": 1})
    assert failed.value.fields["element_id"] == "decide"
