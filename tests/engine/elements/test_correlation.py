"""BPMN 2.0.2 clause 8.4.2: what tells the receivers of a message apart, and what is sent to other cases."""

from __future__ import annotations

import pytest

from engine import spiff
from tests.engine.diagrams.draw import begin, definitions, end, flows, handler, node, process, start, user
from tests.engine.diagrams.drive import Driver

MESSAGE = '<bpmn:message id="M" name="paid"/>'
SENT = (
    '<bpmn:message id="M" name="paid"><bpmn:extensionElements><spiffworkflow:messagePayload>'
    "{order: number, sum: 5}</spiffworkflow:messagePayload></bpmn:extensionElements></bpmn:message>"
)
DEFINITION = '<bpmn:messageEventDefinition messageRef="M"/>'


def properties(*paths: str) -> str:
    """Write a correlation property per path into the message."""
    return "".join(
        f'<bpmn:correlationProperty id="P{n}"><bpmn:correlationPropertyRetrievalExpression messageRef="M">'
        f"<bpmn:messagePath>{path}</bpmn:messagePath></bpmn:correlationPropertyRetrievalExpression>"
        "</bpmn:correlationProperty>"
        for n, path in enumerate(paths)
    )


def bound(*paths: str) -> str:
    """Write the bindings of the properties to the values of the case."""
    bindings = "".join(
        f'<bpmn:correlationPropertyBinding correlationPropertyRef="P{n}"><bpmn:dataPath>{path}</bpmn:dataPath>'
        "</bpmn:correlationPropertyBinding>"
        for n, path in enumerate(paths)
    )
    return f'<bpmn:correlationSubscription correlationKeyRef="K">{bindings}</bpmn:correlationSubscription>'


def catching(*parts: str, roots: str = MESSAGE, ext: str = "") -> bytes:
    catch = node("intermediateCatchEvent", "c", DEFINITION, ext)
    return definitions(roots, process(start(), catch, end(), flows("s c e"), *parts))


def throwing(roots: str, ext: str = "") -> bytes:
    return definitions(roots, process(start(), end("e", DEFINITION) if not ext else "", *_thrower(ext)))


def _thrower(ext: str) -> tuple[str, ...]:
    if not ext:
        return (flows("s e"),)
    return (node("endEvent", "e", DEFINITION, ext), flows("s e"))


def key_of(content: bytes, **values: object) -> object:
    (opened,) = Driver(content, values).outcome.opened
    assert opened.message is not None
    return opened.message["key"]


def test_a_case_waits_under_the_key_its_element_states() -> None:
    content = catching(ext='<qc:correlation value="number"/>')
    assert [key_of(content, number=value) for value in (7, "7", True, None)] == ["7", "7", "true", None]


def test_a_case_waits_under_what_its_correlation_properties_are_bound_to() -> None:
    assert key_of(catching(bound("mine"), roots=MESSAGE + properties("order")), mine=7) == "7"
    two = catching(bound("mine", "year"), roots=MESSAGE + properties("order", "when"))
    assert key_of(two, mine=7, year="2026") == '[7, "2026"]'


def test_what_starts_an_event_subprocess_waits_under_a_key_too() -> None:
    event = handler("x", begin("on", DEFINITION), user("help"), end("e3"), flows("on help e3"))
    roots = MESSAGE + properties("order")
    content = definitions(roots, process(start(), user("a"), end(), flows("s a e"), event, bound("mine")))
    case = Driver(content, {"mine": 7})
    with pytest.raises(spiff.NoSuchTask):
        case.deliver("paid", key="8")
    case.deliver("paid", key="7")
    assert case.waiting() == ["help"]


def test_a_property_that_nothing_binds_goes_by_its_name_or_by_nothing() -> None:
    content = catching(roots=MESSAGE + properties("order"))
    assert (key_of(content, order=7), key_of(content)) == ("7", None)


def test_a_path_that_is_no_expression_is_remarked() -> None:
    parsed = spiff.parse(catching(roots=MESSAGE + properties("/order//@id[")), "x.bpmn")
    assert parsed.report.ok and [change["element_id"] for change in parsed.report.changes] == ["c"]


def test_what_nobody_here_takes_is_sent_with_its_key_and_payload() -> None:
    by_property = Driver(throwing(SENT + properties("order")), {"number": 7}).outcome
    assert by_property.sent == [{"kind": "message", "name": "paid", "key": "7", "payload": {"order": 7, "sum": 5}}]
    by_element = Driver(throwing(SENT, '<qc:correlation value="number + 1"/>'), {"number": 7}).outcome
    assert [sent["key"] for sent in by_element.sent] == ["8"]


def test_inside_a_case_the_key_chooses_who_takes_it() -> None:
    both = (
        node("parallelGateway", "g"),
        node("intermediateCatchEvent", "a", DEFINITION, '<qc:correlation value="1"/>'),
        node("intermediateCatchEvent", "b", DEFINITION, '<qc:correlation value="2"/>'),
        node("manualTask", "go"),
        node("intermediateThrowEvent", "t", DEFINITION, '<qc:correlation value="2"/>'),
    )
    case = Driver(definitions(MESSAGE, process(start(), *both, end(), flows("s g a e", "g b e", "g go t e"))))
    case.complete("go")
    assert (case.waiting(), case.outcome.sent) == (["a"], [])
