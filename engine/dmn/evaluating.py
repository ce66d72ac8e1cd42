"""The face for evaluation: a model, a name and inputs to a value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from engine.dmn.errors import UnknownElement
from engine.dmn.graph import Element, Graph, graph_of
from engine.dmn.settling import MISSING, read_given, settle
from engine.dmn.turn import Turn
from engine.dmn.types import spending, take
from engine.feel import Budget, BudgetExceeded, Note, weigh
from engine.feel.budget import WEIGHT
from engine.feel.run import Run, WorkingDays, apply
from engine.feel.values import Function, Value

Kind = Literal["decision", "decisionService", "bkm"]
Source = bytes | Path


def evaluate(
    source: Source,
    name: str,
    inputs: Mapping[str, Any],
    *,
    kind: Kind = "decision",
    models: Iterable[Source] = (),
    now: datetime | None = None,
    budget: Budget | None = None,
    warnings: list[Note] | None = None,
) -> Value:
    """Evaluate an element of a model by name or id; an error inside is null and an entry in `warnings`.

    models: those it may import. Text given for dates, times and durations is read by the type of the input.
    Raises InvalidModel, UnknownElement and BudgetExceeded, all of them FeelError.
    """
    graph = load(source, models)
    element = find(graph, name, kind)
    return carry_out(graph, element, opened(graph, inputs, now=now, budget=budget, warnings=warnings))


def load(source: Source, models: Iterable[Source] = ()) -> Graph:
    """Return the graph of a model and those it may import; cached by content. Raises InvalidModel."""
    sources = (source, *models)
    return graph_of(tuple(one if isinstance(one, bytes) else one.read_bytes() for one in sources))


def find(graph: Graph, name: str, kind: Kind | None) -> Element:
    """Return an element of the main model, or of an imported one by `import.name`; raises UnknownElement.

    kind None: a decision, or else a service, or else a knowledge model.
    """
    kinds: tuple[Kind, ...] = ("decision", "decisionService", "bkm") if kind is None else (kind,)
    for one in kinds:
        element = graph.main.find(name, one)
        if element is not None:
            return element
    raise UnknownElement("unknown-element", f"There is no {kind or 'decision'} called {name}")


def opened(
    graph: Graph,
    inputs: Mapping[str, Any],
    *,
    now: datetime | None = None,
    calendar: WorkingDays | None = None,
    budget: Budget | None = None,
    warnings: list[Note] | None = None,
) -> Turn:
    """Open a turn on inputs."""
    run = Run()
    run.budget = budget if budget is not None else Budget()
    run.now = now
    run.calendar = calendar
    run.warnings = warnings
    given = {" ".join(str(key).split()): value for key, value in inputs.items()}
    free = {key: value for key, value in given.items() if key not in graph.names}
    return Turn(run, given, free)


def carry_out(graph: Graph, element: Element, turn: Turn) -> Value:
    """Evaluate in a turn; raises BudgetExceeded."""
    try:
        with spending(turn.run.purse()):
            value = settle(graph, turn, element)
            if element.node.kind != "decision" and isinstance(value, Function):
                value = _call(graph, turn, element, value)
        if isinstance(value, (list, dict)) and weigh(value) > WEIGHT:
            raise BudgetExceeded("memory", "The result is too large")
    except RecursionError:
        raise BudgetExceeded("depth", "The decision goes too deep") from None
    return value


def _call(graph: Graph, turn: Turn, element: Element, function: Function) -> Value:
    """Call a knowledge model or a service with the inputs of its parameters' names."""
    arguments = []
    parameters = [*element.several("input_data"), *element.several("input_decisions")]
    for index, name in enumerate(function.parameters):
        given = read_given(graph, turn.given, parameters[index]) if parameters else turn.given.get(name)
        arguments.append(None if given is MISSING else take(function.types[index], given, turn.run))
    return apply(turn.run, function, arguments)
