"""Models together: elements by name and href, what each sees, types across imports.

Source: DMN 1.5 clauses 6.2 (requirements), 6.3.3 (imports) and 10.4 (meaning of a requirements graph).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, lru_cache

from engine.dmn.catalogue import Catalogue
from engine.dmn.compiling import Maker
from engine.dmn.model import Definitions, Kind, Node
from engine.dmn.reading import read
from engine.dmn.texts import Surroundings
from engine.dmn.turn import Code
from engine.feel.types import FunctionOf, Type


class Element:
    """A decision, input data, knowledge model or service of a model; compiled when first needed."""

    def __init__(self, model: Model, node: Node) -> None:
        self.model = model
        self.node = node
        self.name = node.name

    @cached_property
    def sight(self) -> list[tuple[str, Element]]:
        """What this element sees: (import name or "", element); requirements that lead nowhere are left out."""
        hrefs = [*self.node.requires, *self.node.knowledge]
        return [found for href in hrefs if (found := self.model.resolve(href)) is not None]

    @cached_property
    def required(self) -> list[Element]:
        """Decisions and input data that must be settled before this one."""
        return [found for _, found in self.sight if found.node.kind in ("decision", "inputData")]

    @cached_property
    def declared(self) -> dict[str, Type]:
        """The types of the data and decisions it sees by their own names, where they are declared."""
        return {one.name: one.type for prefix, one in self.sight if not prefix and one.type is not None and one.is_data}

    @property
    def is_data(self) -> bool:
        """Tell whether it is a value, not a function."""
        return self.node.kind in ("decision", "inputData")

    @cached_property
    def surroundings(self) -> Surroundings:
        """What the texts of this element may name."""
        names = {prefix or element.name for prefix, element in self.sight}
        if self.node.kind == "bkm":
            names.add(self.name)
        members = self.model.catalogue.members() | {element.name for prefix, element in self.sight if prefix}
        return Surroundings(frozenset(names), members, self.model.catalogue.named())

    @cached_property
    def type(self) -> Type | None:
        """The type its value, or the result of its function, must conform to."""
        wanted = self.model.catalogue.wanted(self.node.type)
        if self.node.kind in ("bkm", "decisionService") and isinstance(wanted, FunctionOf):
            return wanted.result
        return wanted

    @cached_property
    def code(self) -> Code:
        """The code of its expression; of a knowledge model, the code that makes its function."""
        expression = self.node.expression
        maker = self.model.maker
        if self.node.kind == "bkm" and expression is not None:
            return maker.function(expression, self.surroundings, name=self.name, result=self.type)  # type: ignore[arg-type]
        return maker.code(expression, self.surroundings)

    def several(self, what: str) -> list[Element]:
        """Resolve a list of hrefs of a service: outputs, input_data or input_decisions."""
        found = (self.model.resolve(href) for href in getattr(self.node, what))
        return [one[1] for one in found if one is not None]


class Model:
    """One file among those it imports; `imports`: import name -> model."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.catalogue = Catalogue(definitions)
        self.maker = Maker(self.catalogue)
        self.imports: dict[str, Model] = {}
        self.elements = [Element(self, node) for node in definitions.nodes]
        self._by_id = {element.node.id: element for element in self.elements if element.node.id}

    def resolve(self, href: str) -> tuple[str, Element] | None:
        """Follow an href, `#id` or `namespace#id`; answers the name of the import it goes through, or ""."""
        namespace, _, key = href.rpartition("#")
        if not namespace or namespace == self.definitions.namespace:
            own = self._by_id.get(key)
            if own is not None or namespace:
                return None if own is None else ("", own)
        for name, model in self.imports.items():
            found = model._by_id.get(key)
            if found is not None and namespace in ("", model.definitions.namespace):
                return name, found
        return None

    def find(self, name: str, kind: Kind) -> Element | None:
        """Return an element by name or id, own or `import name.name`."""
        wanted = " ".join(name.split())
        mine = [element for element in self.elements if element.node.kind == kind]
        for by in (
            lambda element: element.node.label == wanted,
            lambda element: element.name == wanted,
            lambda element: element.node.id == wanted,
        ):
            found = next(filter(by, mine), None)
            if found is not None:
                return found
        for prefix, model in self.imports.items():
            if not prefix or wanted.startswith(prefix + "."):
                inner = model.find(wanted[len(prefix) + 1 :] if prefix else wanted, kind)
                if inner is not None:
                    return inner
        return None


class Graph:
    """A main model and all it was given to import from; `paths`: where a model's elements are found in the inputs."""

    def __init__(self, all_definitions: list[Definitions]) -> None:
        models = [Model(definitions) for definitions in all_definitions]
        self.main = models[0]
        self.models = models
        by_namespace = {model.definitions.namespace: model for model in reversed(models)}
        for model in models:
            for found in model.definitions.imports:
                imported = by_namespace.get(found.namespace)
                if found.is_model and imported is not None and imported is not model:
                    model.imports[found.name] = imported
                    model.catalogue.imported[found.name] = imported.catalogue
            model.catalogue.by_namespace = {
                namespace: other.catalogue for namespace, other in by_namespace.items() if other is not model
            }
        for model in models:
            model.catalogue.build()
        self.paths: dict[Model, tuple[str, ...]] = dict(self._walk())
        self.names = {name for model in self.paths for name in _names_of(model)}

    def _walk(self) -> Iterator[tuple[Model, tuple[str, ...]]]:
        waiting: list[tuple[Model, tuple[str, ...]]] = [(self.main, ())]
        seen = {self.main}
        while waiting:
            model, path = waiting.pop(0)
            yield model, path
            for name, imported in model.imports.items():
                if imported not in seen:
                    seen.add(imported)
                    waiting.append((imported, (*path, name) if name else path))


def _names_of(model: Model) -> Iterator[str]:
    yield from model.imports
    for element in model.elements:
        yield from (element.name, element.node.label)


@lru_cache(maxsize=64)
def graph_of(sources: tuple[bytes, ...]) -> Graph:
    """Return the graph of a main model and others; kept by content. Raises InvalidModel."""
    return Graph([read(source) for source in sources])
