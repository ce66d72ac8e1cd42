"""Every pack's diagrams can be drawn as they are: a shape for each element, an edge for each flow, no overlaps."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.packs.folders import ROOT

NS = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}
FILES = sorted((ROOT / "bpmn").glob("*/*.bpmn"))
IDS = [f"{file.parent.name}/{file.stem}" for file in FILES]
_DRAWN = "bpmn:laneSet/bpmn:lane | bpmn:textAnnotation | bpmn:*[bpmn:incoming or bpmn:outgoing]"


def _tree(file: Path) -> Any:
    return etree.fromstring(file.read_bytes())


@pytest.mark.parametrize("file", FILES, ids=IDS)
def test_every_element_has_its_shape_or_edge(file: Path) -> None:
    root = _tree(file)
    drawn = {node.get("bpmnElement") for node in root.iterfind(".//bpmndi:BPMNShape", NS)}
    edges = {node.get("bpmnElement") for node in root.iterfind(".//bpmndi:BPMNEdge", NS)}
    for process in root.iterfind("bpmn:process", NS):
        assert {node.get("id") for node in process.xpath(_DRAWN, namespaces=NS)} - drawn == set()
        lines = process.xpath("bpmn:sequenceFlow | bpmn:association", namespaces=NS)
        assert {node.get("id") for node in lines} - edges == set()
    assert {node.get("id") for node in root.iterfind(".//bpmn:participant", NS)} - drawn == set()


@pytest.mark.parametrize("file", FILES, ids=IDS)
def test_nodes_lie_in_their_lane_and_not_on_each_other(file: Path) -> None:
    root = _tree(file)
    bounds = _bounds(root)
    lanes = {
        lane.get("id"): [ref.text for ref in lane.iterfind("bpmn:flowNodeRef", NS)]
        for lane in root.iterfind(".//bpmn:lane", NS)
    }
    for lane, nodes in lanes.items():
        left, top, right, bottom = bounds[lane]
        for node in nodes:
            box = bounds[node]
            assert left <= box[0] and top <= box[1] and box[2] <= right and box[3] <= bottom, node
    placed = {node for nodes in lanes.values() for node in nodes}
    boundary = {node.get("id") for node in root.iterfind(".//bpmn:boundaryEvent", NS)}
    for one, other in combinations(sorted(placed - boundary), 2):
        assert _apart(bounds[one], bounds[other]), (one, other)


@pytest.mark.parametrize("file", FILES, ids=IDS)
def test_edges_begin_and_end_at_what_they_join(file: Path) -> None:
    root = _tree(file)
    bounds = _bounds(root)
    flows = {flow.get("id"): flow for flow in root.iterfind(".//bpmn:sequenceFlow", NS)}
    for edge in root.iterfind(".//bpmndi:BPMNEdge", NS):
        flow = flows.get(edge.get("bpmnElement"))
        if flow is None:
            continue
        points = [(float(p.get("x")), float(p.get("y"))) for p in edge.iterfind("di:waypoint", NS)]
        assert _touches(bounds[flow.get("sourceRef")], points[0]), flow.get("id")
        assert _touches(bounds[flow.get("targetRef")], points[-1]), flow.get("id")


def _bounds(root: Any) -> dict[str, tuple[float, float, float, float]]:
    shapes = root.iterfind(".//bpmndi:BPMNShape", NS)
    return {shape.get("bpmnElement"): _box(shape.find("dc:Bounds", NS)) for shape in shapes}


def _box(node: Any) -> tuple[float, float, float, float]:
    x, y, width, height = (float(node.get(name)) for name in ("x", "y", "width", "height"))
    return x, y, x + width, y + height


def _apart(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def _touches(box: tuple[float, ...], point: tuple[float, float]) -> bool:
    x, y = point
    return box[0] - 1 <= x <= box[2] + 1 and box[1] - 1 <= y <= box[3] + 1
