"""The cards of a process: random structured diagrams are read, left alone, edited, checked by the engine and run."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from engine import check_bytes, run_in_memory

ROOT = Path(__file__).resolve().parents[2]
FRONTEND = ROOT / "webapp" / "frontend"
ROLLDOWN = FRONTEND / "node_modules" / "rolldown" / "bin" / "cli.mjs"
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
Ask = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.skipif(
    not ROLLDOWN.exists() or shutil.which("node") is None, reason="the editor's sources are not installed"
)


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Bundle the cards for node once; give a way to ask them."""
    bundle = tmp_path_factory.mktemp("cards") / "driver.mjs"
    driver = ROOT / "tests" / "cards" / "driver.ts"
    command = ["node", str(ROLLDOWN), str(driver), "--platform", "node", "-o", str(bundle)]
    subprocess.run(command, cwd=FRONTEND, check=True, capture_output=True)
    with subprocess.Popen(["node", str(bundle)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdin is not None and running.stdout is not None
        stdin, stdout = running.stdin, running.stdout

        def asked(xml: str, *edits: dict[str, Any]) -> dict[str, Any]:
            stdin.write(json.dumps({"xml": xml, "edits": edits}) + "\n")
            stdin.flush()
            answer: dict[str, Any] = json.loads(stdout.readline())
            assert "failed" not in answer, answer["failed"]
            return answer

        yield asked
        stdin.close()


# ---- diagrams ---------------------------------------------------------------------------------

Shape = Any
BLOCKS: st.SearchStrategy[Shape] = st.recursive(
    st.just("task"),
    lambda inner: st.tuples(
        st.sampled_from(["exclusiveGateway", "parallelGateway", "inclusiveGateway"]),
        st.lists(st.lists(inner, max_size=2), min_size=2, max_size=3),
    ),
    max_leaves=6,
)
BODIES = st.lists(BLOCKS, min_size=1, max_size=3)


class Writer:
    """Writes a body as BPMN, with the foreign things a file may carry; keeps every shape in a row."""

    def __init__(self) -> None:
        self.nodes: list[tuple[str, str, str]] = []
        self.flows: list[tuple[str, str, str, str]] = []
        self.defaults: dict[str, str] = {}

    def write(self, body: list[Shape]) -> str:
        last = self.chain(self.node("startEvent", "start"), body)
        self.flow(last, self.node("endEvent", "end"))
        nodes = "\n".join(
            f'<b:{kind} id="{id_}" name="{id_}" own:colour="c{id_}"'
            + (f' default="{self.defaults[id_]}"' if id_ in self.defaults else "")
            + f">{inner}</b:{kind}>"
            for kind, id_, inner in self.nodes
        )
        flows = "\n".join(
            f'<b:sequenceFlow id="{id_}" sourceRef="{source}" targetRef="{target}">{inner}</b:sequenceFlow>'
            for id_, source, target, inner in self.flows
        )
        places = {id_: (100 + 160 * at, 100 + (at % 3) * 40) for at, (_, id_, _) in enumerate(self.nodes)}
        shapes = "\n".join(
            f'<di:BPMNShape id="{id_}_s" bpmnElement="{id_}"><dc:Bounds x="{x}" y="{y}" width="60" height="50"/>'
            "</di:BPMNShape>"
            for id_, (x, y) in places.items()
        )
        edges = "\n".join(
            f'<di:BPMNEdge id="{id_}_e" bpmnElement="{id_}"><dd:waypoint x="{places[a][0] + 60}" y="{places[a][1]}"/>'
            f'<dd:waypoint x="{places[b][0]}" y="{places[b][1]}"/></di:BPMNEdge>'
            for id_, a, b, _ in self.flows
        )
        return (
            f'<b:definitions xmlns:b="{BPMN}" xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" '
            'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:dd="http://www.omg.org/spec/DD/20100524/DI" '
            'xmlns:own="urn:some:tool" id="d" targetNamespace="t"><b:process id="p" isExecutable="true" own:x="1">'
            "<b:extensionElements><own:thing><own:inner>文字</own:inner></own:thing></b:extensionElements>"
            f'{nodes}{flows}</b:process><di:BPMNDiagram id="dg"><di:BPMNPlane id="pl" bpmnElement="p">{shapes}{edges}'
            "</di:BPMNPlane></di:BPMNDiagram></b:definitions>"
        )

    def node(self, kind: str, id_: str = "") -> str:
        id_ = id_ or f"n{len(self.nodes)}"
        self.nodes.append((kind, id_, ""))
        return id_

    def flow(self, source: str, target: str, condition: str = "") -> str:
        inner = f"<b:conditionExpression>{condition}</b:conditionExpression>" if condition else ""
        self.flows.append((f"f{len(self.flows)}", source, target, inner))
        return self.flows[-1][0]

    def chain(self, at: str, body: list[Shape], condition: str = "", to: str = "") -> str:
        """Append a body behind `at`; return its last node, or lead it to `to` and return the first flow."""
        opened = len(self.flows)
        for shape in body:
            if shape == "task":
                node = self.node("manualTask")
                self.flow(at, node, condition)
                at = node
            else:
                kind, branches = shape
                split = self.node(kind)
                self.flow(at, split, condition)
                join = self.node(kind)
                for number, branch in enumerate(branches):
                    wanted = "true" if kind != "parallelGateway" and number < len(branches) - 1 else ""
                    led = self.chain(split, branch, wanted, join)
                    if kind != "parallelGateway" and number == len(branches) - 1:
                        self.defaults[split] = led
                at = join
            condition = ""
        if to:
            self.flow(at, to, condition)
            return self.flows[opened][0]
        return at


def written(body: list[Shape]) -> str:
    return Writer().write(body)


def shape_of(cards: list[dict[str, Any]]) -> list[Shape]:
    return [
        (card["kind"][0].lower() + card["kind"][1:], [shape_of(one["cards"]) for one in card["branches"]])
        if "branches" in card
        else "task"
        for card in cards
    ]


def canonical(xml: str) -> bytes:
    """Write a file with attributes in order and without blank text between elements."""
    root = etree.fromstring(xml.encode(), etree.XMLParser(remove_blank_text=True))
    for node in root.iter(etree.Element):
        for mark in ("incoming", "outgoing"):
            for one in node.findall(f"{{{BPMN}}}{mark}"):
                node.remove(one)
    return etree.tostring(root, method="c14n")


def errors(xml: str) -> list[Any]:
    return list(check_bytes(xml.encode(), "p.bpmn").errors)


_EXAMPLES = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@_EXAMPLES
@given(BODIES)
def test_what_is_not_edited_is_not_changed(ask: Ask, body: list[Shape]) -> None:
    xml = written(body)
    answer = ask(xml)
    assert shape_of(answer["cards"]) == body
    assert canonical(answer["xml"]) == canonical(xml)


@_EXAMPLES
@given(BODIES, st.data())
def test_what_is_edited_runs_and_all_else_keeps_its_words(ask: Ask, body: list[Shape], data: st.DataObject) -> None:
    xml = written(body)
    assert errors(xml) == []
    flows = [one[0] for one in _flows(xml)]
    cards = _all(ask(xml)["cards"])
    edit = data.draw(
        st.one_of(
            st.builds(lambda at: {"act": "insert", "at": at, "type": "bpmn:ManualTask"}, st.sampled_from(flows)),
            st.builds(lambda at: {"act": "split", "at": at, "type": "bpmn:ParallelGateway"}, st.sampled_from(flows)),
            st.builds(lambda at: {"act": "remove", "at": at}, st.sampled_from(cards)),
            st.builds(lambda at: {"act": "swap", "at": at}, st.sampled_from(cards)),
        )
    )
    answer = ask(xml, edit)
    if "refused" in answer:
        assert (edit["act"], answer["refused"]) == ("swap", "last-one")
        return
    assert errors(answer["xml"]) == []
    before, after = _sayings(xml), _sayings(answer["xml"])
    assert {name: said for name, said in after.items() if name in before and said != before[name]} == {}
    grown = len(after) - len(before)
    assert {"insert": grown == 1, "split": grown == 2, "remove": grown < 0, "swap": grown == 0}[edit["act"]]
    run = run_in_memory(answer["xml"].encode())
    assert (run.state, run.error) == ("completed", None)


def _flows(xml: str) -> list[tuple[str, str, str]]:
    found = etree.fromstring(xml.encode()).iter(f"{{{BPMN}}}sequenceFlow")
    return [(one.get("id", ""), one.get("sourceRef", ""), one.get("targetRef", "")) for one in found]


def _sayings(xml: str) -> dict[str, tuple[str | None, ...]]:
    """Return what every node says of itself, the flows apart."""
    process = etree.fromstring(xml.encode()).find(f"{{{BPMN}}}process")
    assert process is not None
    return {
        one.get("id", ""): (str(one.tag), one.get("name"), one.get("{urn:some:tool}colour"))
        for one in process
        if one.get("id") and not str(one.tag).endswith("sequenceFlow")
    }


def _all(cards: list[dict[str, Any]]) -> list[str]:
    inner = [name for card in cards for way in card.get("branches", []) for name in _all(way["cards"])]
    return [card["id"] for card in cards] + inner


@pytest.mark.parametrize(("name", "shown"), [("township", True), ("complaint", True), ("ticket", False)])
def test_diagrams_of_a_pack_are_shown_or_refused_by_element(ask: Ask, name: str, shown: bool) -> None:
    xml = (ROOT / "bpmn" / "admission" / f"{name}.bpmn").read_text("utf-8")
    answer = ask(xml)
    if shown:
        assert canonical(answer["xml"]) == canonical(xml)
    else:
        assert (answer["refused"], answer["element"]) == ("cross", "admitted")


def test_a_way_may_end_by_itself_go_back_or_run_on(ask: Ask) -> None:
    xml = written(["task", ("exclusiveGateway", [[], []])])
    edits = [{"act": "end-branch", "at": "n2", "branch": 0, "to": "n1"}]
    back = ask(xml, *edits)
    assert back["cards"][1]["branches"][0]["leaves"] == "back:n1"
    assert errors(back["xml"]) == []
    edits.append({"act": "end-branch", "at": "n2", "branch": 0, "to": "end"})
    assert ask(xml, *edits)["cards"][1]["branches"][0]["leaves"] == "end"
    edits.append({"act": "end-branch", "at": "n2", "branch": 0, "to": "join"})
    assert ask(xml, *edits)["cards"] == ask(xml)["cards"]
    assert ask(xml, {"act": "end-branch", "at": "n2", "branch": 0, "to": "n1"}, {"act": "remove", "at": "n1"}) == {
        "refused": "returned-to", "element": "n1",
    }  # fmt: skip


def test_what_stands_before_an_edit_stays_where_it_was(ask: Ask) -> None:
    xml = written(["task", "task", "task"])
    places = [_places(one) for one in (xml, ask(xml, {"act": "insert", "at": "f2"})["xml"])]
    assert {name: places[1][name] for name in ("start", "n1", "n2")} == {
        name: places[0][name] for name in ("start", "n1", "n2")
    }
    assert places[1]["n3"][0] > places[0]["n3"][0]
    boxes = sorted(places[1].values())
    assert all(left[0] + left[2] <= right[0] for left, right in pairwise(boxes))


def _places(xml: str) -> dict[str, tuple[float, ...]]:
    root = etree.fromstring(xml.encode())
    return {
        str(shape.get("bpmnElement")): tuple(float(shape[0].get(part)) for part in ("x", "y", "width", "height"))
        for shape in root.iter("{http://www.omg.org/spec/BPMN/20100524/DI}BPMNShape")
    }
