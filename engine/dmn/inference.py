"""What kind of value a FEEL text gives, as far as declared types tell: for finding mistakes before anything runs.

Only what is wrong for certain is reported; where a kind cannot be told, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.dmn.types import plain
from engine.feel import syntax as s
from engine.feel.types import ContextOf, ListOf, Simple, Type
from engine.feel.values import kind_of

Types = Mapping[str, Type]
_BOOLEAN = Simple("boolean")
_ORDERED = frozenset(
    {
        "number",
        "string",
        "date",
        "time",
        "date and time",
        "days and time duration",
        "years and months duration",
    }
)
_DURATIONS = frozenset({"days and time duration", "years and months duration"})
_MOMENTS = frozenset({"date", "time", "date and time"})
# Functions whose result is of one kind whatever they are given.
_RESULTS = {
    "number": (
        "string length", "count", "sum", "mean", "median", "product", "floor", "ceiling", "round up", "round down",
        "round half up", "round half down", "decimal", "abs", "modulo", "sqrt", "log", "exp", "number", "day of year",
        "week of year",
    ),
    "string": (
        "string", "substring", "substring before", "substring after", "upper case", "lower case", "replace",
        "string join", "day of week", "month of year",
    ),
    "boolean": (
        "not", "contains", "starts with", "ends with", "matches", "odd", "even", "list contains", "all", "any", "is",
        "before", "after", "meets", "met by", "overlaps", "overlaps before", "overlaps after", "finishes",
        "finished by", "includes", "during", "starts", "started by", "coincides",
    ),
    "date": ("date", "today"),
    "date and time": ("date and time", "now"),
    "time": ("time",),
    "years and months duration": ("years and months duration",),
    "list": (
        "append", "concatenate", "insert before", "remove", "reverse", "index of", "union", "distinct values",
        "flatten", "sort", "split", "sublist", "get entries",
    ),
}  # fmt: skip
_RESULT_OF = {name: Simple(kind) for kind, names in _RESULTS.items() for name in names}
_NOT_FIXED = frozenset({"abs", "sum", "mean", "median"})


@dataclass(frozen=True, slots=True)
class Clash:
    """An operation that can never have a value: which, and the kinds it meets."""

    operator: str
    left: str
    right: str


@dataclass(slots=True)
class Reading:
    """What one text gives: its type where that can be told, and what in it can never be."""

    type: Type | None
    clashes: list[Clash]


def read_types(tree: s.Node, types: Types) -> Reading:
    """Infer the type of an expression or of unary tests over names of these types."""
    clashes: list[Clash] = []
    return Reading(_Inference(clashes).of(tree, types), clashes)


def kind_name(found: Type | None) -> str | None:
    """Return the FEEL kind behind a type, None where anything may stand."""
    base = plain(found) if found is not None else None
    if isinstance(base, ListOf):
        return "list"
    if isinstance(base, ContextOf):
        return "context"
    if isinstance(base, Simple) and base.name not in ("Any", "Null"):
        return base.name
    return None


def is_other_kind(kind: str | None, wanted: Type) -> bool:
    """Tell whether a value of a kind can never be of a type, implicit conversions counted in."""
    asked = kind_name(wanted)
    if kind is None or asked is None or kind == asked or "list" in (kind, asked):
        return False
    return (kind, asked) != ("date", "date and time")


class _Inference:
    def __init__(self, clashes: list[Clash]) -> None:
        self.clashes = clashes

    def of(self, node: s.Node, types: Types) -> Type | None:
        match node:
            case s.Literal(value=value):
                return None if value is None else Simple(kind_of(value))
            case s.Name(name=name):
                return types.get(name)
            case s.Path(base=base, name=name):
                return _member(self.of(base, types), name)
            case s.Negate(operand=operand):
                return self.of(operand, types)
            case s.Arithmetic(operator=operator, left=left, right=right):
                return self._arithmetic(operator, self.of(left, types), self.of(right, types))
            case s.Compare(operator=operator, left=left, right=right):
                self._compare(operator, self.of(left, types), self.of(right, types))
                return _BOOLEAN
            case s.If(condition=condition, chosen=chosen, other=other):
                self._condition(self.of(condition, types))
                one, two = self.of(chosen, types), self.of(other, types)
                return one if kind_name(one) == kind_name(two) else None
            case s.Call(function=s.Name(name=name)):
                for _ in self._parts(node, types):
                    pass
                return None if name in _NOT_FIXED or name in types else _RESULT_OF.get(name)
            case s.For() | s.Quantified() | s.FunctionNode() | s.Filter() | s.ContextNode():
                # Names of their own: what lies inside is not looked at.
                return _own_kind(node)
        for _ in self._parts(node, types):
            pass
        return _own_kind(node)

    def _parts(self, node: s.Node, types: Types) -> Iterator[Type | None]:
        return (self.of(part, types) for part in s.children(node))

    def _arithmetic(self, operator: str, left: Type | None, right: Type | None) -> Type | None:
        one, two = kind_name(left), kind_name(right)
        if one is None or two is None or "list" in (one, two):
            return None
        if one == two == "number" or (one == two == "string" and operator == "+"):
            return left
        if operator == "+" and one in _DURATIONS and two in _DURATIONS | _MOMENTS:
            return right
        if operator in ("+", "-") and one in _DURATIONS | _MOMENTS and two in _DURATIONS:
            return left
        if operator == "-" and one in _MOMENTS and two in _MOMENTS:
            return Simple("days and time duration")
        if operator in ("*", "/") and {one, two} <= _DURATIONS | {"number"}:
            return None
        self.clashes.append(Clash(operator, one, two))
        return None

    def _compare(self, operator: str, left: Type | None, right: Type | None) -> None:
        one, two = kind_name(left), kind_name(right)
        if one is None or two is None or "list" in (one, two):
            return
        if one == two and (operator in ("=", "!=") or one in _ORDERED):
            return
        if {one, two} == {"date", "date and time"}:
            return
        self.clashes.append(Clash(operator, one, two))

    def _condition(self, found: Type | None) -> None:
        kind = kind_name(found)
        if kind not in (None, "boolean", "list"):
            self.clashes.append(Clash("if", str(kind), "boolean"))


def _member(base: Type | None, name: str) -> Type | None:
    found = plain(base) if base is not None else None
    if isinstance(found, ContextOf):
        return dict(found.entries).get(name)
    return None


def _own_kind(node: s.Node) -> Type | None:
    match node:
        case s.And() | s.Or() | s.Between() | s.In() | s.InstanceOf() | s.Quantified():
            return _BOOLEAN
        case s.ListNode() | s.For():
            return Simple("list")
        case s.ContextNode():
            return Simple("context")
        case s.FunctionNode():
            return Simple("function")
    return None
