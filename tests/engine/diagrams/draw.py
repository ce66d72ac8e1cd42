"""Small BPMN diagrams written as calls: each maker returns the XML of one element."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"\n'
    ' xmlns:qc="urn:qingche:bpmn:1" xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"\n'
    ' id="definitions" targetNamespace="t">\n'
)


def definitions(*parts: str) -> bytes:
    return (_HEAD + "\n".join(parts) + "\n</bpmn:definitions>\n").encode()


def process(*parts: str, id: str = "p", ext: str = "", attrs: str = "") -> str:
    inside = "\n".join((extensions(ext), *parts))
    return f'<bpmn:process id="{id}" name="流程 {id}" isExecutable="true" {attrs}>\n{inside}\n</bpmn:process>'


def diagram(*parts: str, ext: str = "") -> bytes:
    """One process `p` as a whole file."""
    return definitions(process(*parts, ext=ext))


def extensions(ext: str) -> str:
    return f"<bpmn:extensionElements>{ext}</bpmn:extensionElements>" if ext else ""


def node(tag: str, id: str, inner: str = "", ext: str = "", **attrs: str) -> str:
    given = "".join(f" {name}={quoteattr(value)}" for name, value in attrs.items())
    return f'<bpmn:{tag} id="{id}" name="{id} 名"{given}>\n{extensions(ext)}{inner}</bpmn:{tag}>'


def start(id: str = "s", inner: str = "") -> str:
    return node("startEvent", id, inner)


def end(id: str = "e", inner: str = "") -> str:
    return node("endEvent", id, inner)


def user(id: str, inner: str = "", ext: str = '<qc:candidate role="clerk"/>', **attrs: str) -> str:
    return node("userTask", id, inner, ext, **attrs)


def script(id: str, text: str, inner: str = "", ext: str = "") -> str:
    return node("scriptTask", id, inner + f"<bpmn:script>{escape(text)}</bpmn:script>", ext)


def xor(id: str, **attrs: str) -> str:
    return node("exclusiveGateway", id, **attrs)


def both(id: str, **attrs: str) -> str:
    return node("parallelGateway", id, **attrs)


def some(id: str, **attrs: str) -> str:
    return node("inclusiveGateway", id, **attrs)


def sub(id: str, *parts: str, inner: str = "", tag: str = "subProcess", ext: str = "") -> str:
    return node(tag, id, inner + "\n".join(parts), ext)


def handler(id: str, *parts: str, inner: str = "") -> str:
    """An event subprocess."""
    return node("subProcess", id, inner + "\n".join(parts), triggeredByEvent="true")


def begin(id: str, inner: str, *, interrupting: bool = True, **attrs: str) -> str:
    """The start event of an event subprocess."""
    return node("startEvent", id, inner, isInterrupting=str(interrupting).lower(), **attrs)


def call(id: str, called: str, inner: str = "", ext: str = "") -> str:
    return node("callActivity", id, inner, ext, calledElement=called)


def flow(source: str, target: str, condition: str = "", id: str = "") -> str:
    inner = f"<bpmn:conditionExpression>{escape(condition)}</bpmn:conditionExpression>" if condition else ""
    return (
        f'<bpmn:sequenceFlow id="{id or f"{source}_{target}"}" sourceRef="{source}" targetRef="{target}">'
        f"{inner}</bpmn:sequenceFlow>"
    )


def flows(*paths: str) -> str:
    """`flows("s a b e", "a c")`: one flow between each two neighbours."""
    return "\n".join(
        flow(source, target) for path in paths for source, target in zip(path.split(), path.split()[1:], strict=False)
    )


def each(
    collection: str, item: str = "", out: str = "", result: str = "", *, sequential: bool = False, more: str = ""
) -> str:
    """Multi-instance over a FEEL list."""
    parts = [f"<bpmn:loopDataInputRef>{escape(collection)}</bpmn:loopDataInputRef>"]
    if result:
        parts.append(f"<bpmn:loopDataOutputRef>{result}</bpmn:loopDataOutputRef>")
    if item:
        parts.append(f'<bpmn:inputDataItem id="{item}" name="{item}"/>')
    if out:
        parts.append(f'<bpmn:outputDataItem id="{out}" name="{out}"/>')
    attribute = ' isSequential="true"' if sequential else ""
    inside = "".join(parts) + more
    return f"<bpmn:multiInstanceLoopCharacteristics{attribute}>{inside}</bpmn:multiInstanceLoopCharacteristics>"


def times(count: str, *, sequential: bool = False, more: str = "") -> str:
    attribute = ' isSequential="true"' if sequential else ""
    return (
        f"<bpmn:multiInstanceLoopCharacteristics{attribute}><bpmn:loopCardinality>{escape(count)}</bpmn:loopCardinality>"
        f"{more}</bpmn:multiInstanceLoopCharacteristics>"
    )


def timer(text: str, kind: str = "timeDuration") -> str:
    return f"<bpmn:timerEventDefinition><bpmn:{kind}>{escape(text)}</bpmn:{kind}></bpmn:timerEventDefinition>"


def boundary(id: str, host: str, inner: str, *, interrupting: bool = True) -> str:
    return node("boundaryEvent", id, inner, attachedToRef=host, cancelActivity=str(interrupting).lower())
