"""A DMN file as data: what it defines and what refers to what. Source: DMN 1.5 clauses 6 and 7."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from engine.dmn import boxed

Kind = Literal["decision", "inputData", "bkm", "decisionService"]


@dataclass(frozen=True, slots=True)
class ItemDefinition:
    """A type; `base` is a typeRef, `parts` its components. `is_function`: parameters in `parts`, result in `base`."""

    name: str
    line: int | None
    base: str | None
    parts: tuple[ItemDefinition, ...] = ()
    allowed: boxed.Cell | None = None
    constraint: boxed.Cell | None = None
    is_collection: bool = False
    is_function: bool = False


@dataclass(frozen=True, slots=True)
class Import:
    """Another model under a name; an empty name brings its elements in as they are (DMN 1.5).

    is_model: it is a DMN model; PMML and XML schemas may be named too, and are not read.
    """

    name: str
    namespace: str
    line: int | None
    is_model: bool = True


@dataclass(frozen=True, slots=True)
class Node:
    """A decision, input data, business knowledge model or decision service.

    `name` is its variable's name. requires: hrefs of decisions, input data and knowledge (of a service: unused).
    Of a service: outputs, encapsulated, input_decisions and input_data are hrefs in document order.
    """

    kind: Kind
    id: str | None
    name: str
    label: str
    line: int | None
    type: str | None
    expression: boxed.Expression | None = None
    requires: tuple[str, ...] = ()
    knowledge: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    encapsulated: tuple[str, ...] = ()
    input_decisions: tuple[str, ...] = ()
    input_data: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Definitions:
    """One file. prefixes: XML prefix -> namespace, for typeRefs of DMN 1.1."""

    name: str
    namespace: str
    digest: str
    nodes: tuple[Node, ...]
    items: tuple[ItemDefinition, ...]
    imports: tuple[Import, ...]
    prefixes: dict[str, str] = field(default_factory=dict)
