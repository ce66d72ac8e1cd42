"""Small DMN files, written as text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

NAMESPACES = {
    "1.1": "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "1.2": "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "1.3": "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "1.4": "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "1.5": "https://www.omg.org/spec/DMN/20230324/MODEL/",
}


def model(*parts: str, version: str = "1.4", namespace: str = "urn:m", name: str = "model", xmlns: str = "") -> bytes:
    """Write a whole file."""
    head = f'<definitions xmlns="{NAMESPACES[version]}" {xmlns} id="defs" name="{name}" namespace="{namespace}">'
    return f"{head}\n{chr(10).join(parts)}\n</definitions>".encode()


def given(name: str, type: str | None = None, id: str | None = None) -> str:
    """Write input data; its id is the name without spaces unless said otherwise."""
    return f"<inputData id={quoteattr(id or key(name))} name={quoteattr(name)}>{variable(name, type)}</inputData>"


def decision(
    name: str, expression: str, *, needs: Iterable[str] = (), uses: Iterable[str] = (), type: str | None = None
) -> str:
    """Write a decision; needs: names or hrefs, of input data with a leading `i:`; uses: knowledge."""
    wanted = "".join(
        f"<informationRequirement><required{'Input' if need.startswith('i:') else 'Decision'} "
        f"href={quoteattr(_href(need.removeprefix('i:')))}/></informationRequirement>"
        for need in needs
    )
    knowledge = "".join(
        f"<knowledgeRequirement><requiredKnowledge href={quoteattr(_href(use))}/></knowledgeRequirement>"
        for use in uses
    )
    return (
        f"<decision id={quoteattr(key(name))} name={quoteattr(name)}>{variable(name, type)}{wanted}{knowledge}"
        f"{expression}</decision>"
    )


def bkm(
    name: str,
    parameters: Sequence[str],
    body: str,
    *,
    uses: Iterable[str] = (),
    type: str | None = None,
    kind: str = "FEEL",
) -> str:
    """Write a business knowledge model; a parameter is `name` or `name: type`."""
    knowledge = "".join(
        f"<knowledgeRequirement><requiredKnowledge href={quoteattr(_href(use))}/></knowledgeRequirement>"
        for use in uses
    )
    return (
        f"<businessKnowledgeModel id={quoteattr(key(name))} name={quoteattr(name)}>{variable(name, type)}"
        f'<encapsulatedLogic kind="{kind}">{_parameters(parameters)}{body}</encapsulatedLogic>{knowledge}'
        f"</businessKnowledgeModel>"
    )


def function(parameters: Sequence[str], body: str) -> str:
    """Write a boxed function definition."""
    return f"<functionDefinition>{_parameters(parameters)}{body}</functionDefinition>"


def service(
    name: str,
    outputs: Iterable[str],
    *,
    inside: Iterable[str] = (),
    decisions: Iterable[str] = (),
    data: Iterable[str] = (),
    type: str | None = None,
) -> str:
    """Write a decision service."""
    lists = (
        ("outputDecision", outputs),
        ("encapsulatedDecision", inside),
        ("inputDecision", decisions),
        ("inputData", data),
    )
    members = "".join(f"<{tag} href={quoteattr(_href(one))}/>" for tag, names in lists for one in names)
    return (
        f"<decisionService id={quoteattr(key(name))} name={quoteattr(name)}>{variable(name, type)}{members}"
        "</decisionService>"
    )


def text(feel: str, type: str | None = None) -> str:
    """Write a literal expression."""
    return f"<literalExpression{_type(type)}><text>{escape(feel)}</text></literalExpression>"


def context(*entries: tuple[str, str] | str) -> str:
    """Write a boxed context: (name, expression) each, a bare expression is the result; a name may be `name: type`."""
    written = []
    for entry in entries:
        name, expression = ("", entry) if isinstance(entry, str) else entry
        written.append(f"<contextEntry>{named('variable', name) if name else ''}{expression}</contextEntry>")
    return f"<context>{''.join(written)}</context>"


def invocation(callee: str, **bindings: str) -> str:
    """Write a boxed invocation; bindings: parameter -> FEEL text."""
    return invocation_of(callee, *bindings.items())


def invocation_of(callee: str, *bindings: tuple[str, str]) -> str:
    """Write a boxed invocation of parameters with any name."""
    bound = "".join(f"<binding>{named('parameter', name)}{text(feel)}</binding>" for name, feel in bindings)
    return f"<invocation>{text(callee)}{bound}</invocation>"


def table(
    inputs: Sequence[str],
    outputs: Sequence[str],
    rules: Sequence[Sequence[str]],
    *,
    policy: str = "UNIQUE",
    aggregation: str | None = None,
    id: str = "t",
) -> str:
    """Write a decision table.

    An input is `FEEL`, `FEEL: type` or `FEEL: type = allowed`; an output `name`, `name: type`, `name: type = values`,
    with `~ default` at the end. A rule has the cells of inputs, then of outputs.
    """
    rows = []
    for number, rule in enumerate(rules, 1):
        cells = "".join(f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in rule[: len(inputs)])
        cells += "".join(f"<outputEntry><text>{escape(cell)}</text></outputEntry>" for cell in rule[len(inputs) :])
        rows.append(f'<rule id="{id}r{number}">{cells}</rule>\n')
    more = f' aggregation="{aggregation}"' if aggregation else ""
    head = "".join(map(_input, inputs)) + "".join(map(_output, outputs))
    return f'<decisionTable id="{id}" hitPolicy="{policy}"{more}>{head}\n{"".join(rows)}</decisionTable>'


def item(name: str, base: str = "", *parts: str, allowed: str = "", constraint: str = "", many: bool = False) -> str:
    """Write an item definition; parts are components (`component`)."""
    return _item("itemDefinition", name, base, parts, allowed, constraint, many)


def component(name: str, base: str = "", *parts: str, allowed: str = "", many: bool = False) -> str:
    """Write a component of an item definition."""
    return _item("itemComponent", name, base, parts, allowed, "", many)


def key(name: str) -> str:
    """Make an id of a name."""
    return "_" + "".join(char if char.isalnum() else "_" for char in name)


def variable(name: str, type: str | None) -> str:
    return f"<variable name={quoteattr(name)}{_type(type)}/>"


def _item(tag: str, name: str, base: str, parts: Sequence[str], allowed: str, constraint: str, many: bool) -> str:
    inside = f"<typeRef>{base}</typeRef>" if base else ""
    inside += f"<allowedValues><text>{escape(allowed)}</text></allowedValues>" if allowed else ""
    inside += f"<typeConstraint><text>{escape(constraint)}</text></typeConstraint>" if constraint else ""
    return f'<{tag} name={quoteattr(name)} isCollection="{str(many).lower()}">{inside}{"".join(parts)}</{tag}>'


def _href(name: str) -> str:
    return name if "#" in name else f"#{key(name)}"


def _type(type: str | None) -> str:
    return "" if type is None else f" typeRef={quoteattr(type)}"


def named(tag: str, name: str) -> str:
    """Write an element with a name and, after a colon, a type."""
    bare, _, type_ = name.partition(": ")
    return f"<{tag} name={quoteattr(bare)}{_type(type_ or None)}/>"


def _parameters(parameters: Sequence[str]) -> str:
    return "".join(named("formalParameter", parameter) for parameter in parameters)


def _input(spec: str) -> str:
    spec, _, allowed = spec.partition(" = ")
    feel, _, type_ = spec.partition(": ")
    values = f"<inputValues><text>{escape(allowed)}</text></inputValues>" if allowed else ""
    return (
        f"<input><inputExpression{_type(type_ or None)}><text>{escape(feel)}</text></inputExpression>{values}</input>"
    )


def _output(spec: str) -> str:
    spec, _, default = spec.partition(" ~ ")
    spec, _, values = spec.partition(" = ")
    name, _, type_ = spec.partition(": ")
    inside = f"<outputValues><text>{escape(values)}</text></outputValues>" if values else ""
    inside += f"<defaultOutputEntry><text>{escape(default)}</text></defaultOutputEntry>" if default else ""
    return f"<output{f' name={quoteattr(name)}' if name else ''}{_type(type_ or None)}>{inside}</output>"
