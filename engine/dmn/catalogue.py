"""The types of one model and those it imports, by the names typeRefs use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.dmn.model import Definitions, ItemDefinition
from engine.dmn.types import ANY, Function, Item, builtin
from engine.feel import FeelSyntaxError, Tests, compile_tests
from engine.feel import syntax as s
from engine.feel.types import ContextOf, ListOf, Type

FEEL_NAMESPACES = ("/spec/DMN/", "/spec/FEEL/")


class Catalogue:
    """Types by name. `imported`: import name -> catalogue; `by_namespace`: namespace -> catalogue, for XML prefixes."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self.imported: dict[str, Catalogue] = {}
        self.by_namespace: dict[str, Catalogue] = {}
        self.items: dict[str, Item] = {}
        self._is_built = False

    def build(self) -> None:
        """Make the types; after all catalogues know each other."""
        if self._is_built:
            return
        self._is_built = True
        for definition in self._definitions.items:
            self.items.setdefault(definition.name, Item(definition.name))
        for definition in self._definitions.items:
            self._fill(self.items[definition.name], definition)

    def find(self, reference: str | None) -> Type | None:
        """Return the type a typeRef names; None if there is none or it is not known."""
        if reference is None:
            return None
        name = " ".join(reference.split())
        found = self.items.get(name) or builtin(name)
        if found is not None:
            return found
        prefix, colon, rest = name.partition(":")
        if colon:
            namespace = self._definitions.prefixes.get(prefix, "")
            if namespace == self._definitions.namespace or namespace in self.by_namespace:
                home = self.by_namespace.get(namespace, self)
                return home.items.get(rest) or builtin(rest)
            known = self.items.get(rest) if prefix != "feel" else None
            return known or builtin(rest)
        for prefix, catalogue in self.imported.items():
            if not prefix:
                inner: Type | None = catalogue.items.get(name)
            else:
                inner = catalogue.find(name[len(prefix) + 1 :]) if name.startswith(prefix + ".") else None
            if inner is not None:
                return inner
        return None

    def wanted(self, reference: str | None) -> Type | None:
        """Return the type values must conform to; None where anything goes."""
        found = self.find(reference)
        return None if found == ANY else found

    def named(self) -> Mapping[str, Type]:
        """Return all types as FEEL text names them: own ones, and imported ones behind their import's name."""
        found: dict[str, Type] = {}
        for prefix, catalogue in self.imported.items():
            found |= {f"{prefix}.{name}" if prefix else name: item for name, item in catalogue.items.items()}
        return {**found, **self.items}

    def members(self) -> frozenset[str]:
        """Return the names of all components of all types, for texts that read them."""
        names = set(_member_names(self._definitions.items))
        for catalogue in self.imported.values():
            names.update(_member_names(catalogue._definitions.items))
        return frozenset(names)

    def _fill(self, item: Item, definition: ItemDefinition) -> None:
        item.is_collection = definition.is_collection
        if definition.is_function:
            parameters = tuple(self.find(part.base) or ANY for part in definition.parts)
            item.base = Function(parameters, self.find(definition.base) or ANY)
        elif definition.parts:
            item.base = ContextOf(tuple((part.name, self._component(part)) for part in definition.parts))
        else:
            found = self.find(definition.base)
            item.base = ANY if found is None or _reaches(found, item) else found
        if definition.allowed is not None:
            item.allowed = _tests(definition.allowed.text)
            item.choices = constants(definition.allowed.text)
        elif isinstance(item.base, Item):
            item.choices = item.base.choices
        if definition.constraint is not None:
            item.constraint = _tests(definition.constraint.text)
            item.choices = item.choices or constants(definition.constraint.text)

    def _component(self, definition: ItemDefinition) -> Type:
        if not (definition.parts or definition.allowed or definition.constraint or definition.is_function):
            found = self.find(definition.base) or ANY
            return ListOf(found) if definition.is_collection else found
        item = Item(definition.name)
        self._fill(item, definition)
        return item


def _tests(text: str) -> Tests | None:
    try:
        return compile_tests(text)
    except FeelSyntaxError:
        return None


def constants(text: str) -> list[object]:
    """Return the values of a list of plain constants, `"a", "b"`; empty if it is anything else."""
    try:
        tree = compile_tests(text).tree
    except FeelSyntaxError:
        return []
    parts = tree.parts if isinstance(tree, s.Tests) and tree.kind == "any" else ()
    values = [part.value for part in parts if isinstance(part, s.Literal)]
    return values if len(values) == len(parts) else []


def _reaches(start: Type, target: Item) -> bool:
    """Tell whether a chain of bases ends where it began, which no value could satisfy."""
    seen: set[int] = set()
    while isinstance(start, Item) and id(start) not in seen:
        if start is target:
            return True
        seen.add(id(start))
        start = start.base
    return False


def _member_names(items: tuple[ItemDefinition, ...]) -> Iterator[str]:
    for item in items:
        for part in item.parts:
            yield part.name
            yield from _member_names((part,))
