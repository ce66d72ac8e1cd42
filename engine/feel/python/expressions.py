"""Python expressions to the evaluator's tree."""

from __future__ import annotations

import ast
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import NoReturn

from engine.feel import syntax as s
from engine.feel.compiled import Compiled
from engine.feel.errors import FeelSyntaxError
from engine.feel.lexer import MOST_CHARACTERS
from engine.feel.number import ARITHMETIC_ERRORS, NUMBER, from_float, from_int
from engine.feel.parser import MOST_LEVELS, Parsed
from engine.feel.python.functions import ALL_FUNCTIONS
from engine.feel.python.invocations import invoke

_MOST_NESTING = 60
_ARITHMETIC: dict[type[ast.operator], str] = {ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
_COMPARISON: dict[type[ast.cmpop], str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_BOOLEAN_FUNCTIONS = frozenset(
    ("py:truth", "py:not", "py:equal", "py:in", "py:any", "py:all", "starts with", "ends with")
)


@lru_cache(maxsize=1024)
def compile_python(text: str) -> Compiled:
    """Compile a Python expression; raises FeelSyntaxError, naming the line of what has no counterpart."""
    return finish(text.strip(), translate(text))


def translate(text: str) -> s.Node:
    """Translate a Python expression to a tree; raises FeelSyntaxError."""
    text = text.strip()
    tree = parse_python(text, "eval")
    assert isinstance(tree, ast.Expression)
    return Translator(text).node(tree.body)


def finish(text: str, tree: s.Node, *, is_weighed: bool = True) -> Compiled:
    """Compile a translated tree; a step of a script is not weighed, because the whole is in the end."""
    weight, depth = s.measure(tree)
    if depth > MOST_LEVELS:
        raise FeelSyntaxError("too-deep", "The Python expression nests too deeply", 0, text=text)
    return Compiled(
        text,
        Parsed(tree, weight, ()),
        known=frozenset(),
        again=lambda _: compile_python(text),
        functions=ALL_FUNCTIONS,
        is_weighed=is_weighed,
    )


def parse_python(text: str, mode: str) -> ast.AST:
    """Parse without running anything; raises FeelSyntaxError."""
    if len(text) > MOST_CHARACTERS:
        raise FeelSyntaxError("too-long", f"An expression has at most {MOST_CHARACTERS} characters", 0)
    try:
        return ast.parse(text, mode=mode)
    except SyntaxError as error:
        position = _offset(text, error.lineno or 1, (error.offset or 1) - 1)
        raise FeelSyntaxError("python", f"Not Python: {error.msg}", position, text=text) from None
    except (ValueError, MemoryError, RecursionError):
        raise FeelSyntaxError("too-deep", "The Python text nests too deeply", 0, text=text) from None


def _offset(text: str, line: int, column: int) -> int:
    """Turn a line and a column in bytes, as `ast` counts them, into an offset."""
    lines = text.split("\n")
    here = lines[line - 1].encode()[:column].decode(errors="ignore") if line <= len(lines) else ""
    return sum(len(part) + 1 for part in lines[: line - 1]) + len(here)


class Translator:
    """Turns nodes of `ast` into nodes of ours; one per text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.nesting = 0
        self.made = 0

    def refuse(self, node: ast.AST, what: str) -> NoReturn:
        """Raise FeelSyntaxError at a node."""
        raise FeelSyntaxError("python", f"{what} has no counterpart here", self.at(node), text=self.text)

    def at(self, node: ast.AST) -> int:
        """Return where a node starts in the text."""
        return _offset(self.text, getattr(node, "lineno", 1), getattr(node, "col_offset", 0))

    def node(self, node: ast.expr) -> s.Node:
        """Translate one expression."""
        self.nesting += 1
        if self.nesting > _MOST_NESTING:
            raise FeelSyntaxError("too-deep", "The Python text nests too deeply", self.at(node), text=self.text)
        if isinstance(node, ast.Call):
            made = invoke(self, node)
        else:
            handler = _HANDLERS.get(type(node))
            if handler is None:
                self.refuse(node, type(node).__name__)
            made = handler(self, node)
        self.nesting -= 1
        return made

    def call(self, name: str, node: ast.AST, *arguments: s.Node) -> s.Node:
        """Make a call of one of our functions."""
        position = self.at(node)
        return s.Call(position, s.Name(position, name), arguments)

    def condition(self, node: ast.expr) -> s.Node:
        """Translate what Python asks the truth of."""
        made = self.node(node)
        return made if is_boolean(made) else self.call("py:truth", node, made)

    def fresh(self) -> str:
        """Make up a name no text can contain."""
        self.made += 1
        return f"py:{self.made}"

    def let(self, name: str, value: s.Node, body: s.Node) -> s.Node:
        """Bind a name to a value inside a body."""
        position = value.position
        return s.Call(position, s.FunctionNode(position, (name,), (None,), None, body), (value,))

    def bind(self, target: ast.expr, value: s.Node, body: s.Node) -> s.Node:
        """Bind a loop's target, which may be a tuple, to a value inside a body."""
        if isinstance(target, ast.Name):
            return self.let(target.id, value, body)
        if not isinstance(target, (ast.Tuple, ast.List)):
            self.refuse(target, "this target")
        name = self.fresh()
        for index, part in reversed(list(enumerate(target.elts))):
            place = s.Literal(value.position, from_int(index))
            body = self.bind(part, self.call("py:item", target, s.Name(value.position, name), place), body)
        return self.let(name, value, body)

    def constant(self, node: ast.Constant) -> s.Node:
        """Translate a literal."""
        value = node.value
        if value is None or isinstance(value, (bool, str)):
            return s.Literal(self.at(node), value)
        try:
            if isinstance(value, int):
                return s.Literal(self.at(node), from_int(value))
            if isinstance(value, float):
                return s.Literal(self.at(node), from_float(value))
        except ARITHMETIC_ERRORS:
            self.refuse(node, "a number of this size")
        return self.refuse(node, f"a {type(value).__name__}")

    def name(self, node: ast.Name) -> s.Node:
        """Translate a name."""
        if node.id.startswith("__"):
            self.refuse(node, node.id)
        return s.Name(self.at(node), node.id)

    def attribute(self, node: ast.Attribute) -> s.Node:
        """Translate a.b, an entry of a dict or a part of a date."""
        if node.attr.startswith("_") or node.attr in ("seconds", "microseconds", "microsecond"):
            self.refuse(node, f".{node.attr}")
        return s.Path(self.at(node), self.node(node.value), node.attr)

    def binary(self, node: ast.BinOp) -> s.Node:
        """Translate arithmetic."""
        position, kind = self.at(node), type(node.op)
        left, right = self.node(node.left), self.node(node.right)
        if kind is ast.Add:
            return self.call("py:add", node, left, right)
        if kind is ast.Mod:
            if isinstance(left, s.Literal) and isinstance(left.value, str):
                self.refuse(node, "% on a string")
            return self.call("py:mod", node, left, right)
        if kind is ast.FloorDiv:
            return self.call("floor", node, s.Arithmetic(position, "/", left, right))
        sign = _ARITHMETIC.get(kind)
        if sign is None:
            self.refuse(node, f"the operator {kind.__name__}")
        return s.Arithmetic(position, sign, left, right)

    def unary(self, node: ast.UnaryOp) -> s.Node:
        """Translate -x, +x and not x."""
        if isinstance(node.op, ast.Not):
            return self.call("py:not", node, self.node(node.operand))
        if isinstance(node.op, ast.USub):
            operand = self.node(node.operand)
            if isinstance(operand, s.Literal) and isinstance(operand.value, Decimal):
                return s.Literal(self.at(node), NUMBER.minus(operand.value))
            return s.Negate(self.at(node), operand)
        if isinstance(node.op, ast.UAdd):
            return self.node(node.operand)
        return self.refuse(node, "~")

    def boolean(self, node: ast.BoolOp) -> s.Node:
        """Translate and, or, which answer one of their operands."""
        parts = [self.node(value) for value in node.values]
        is_and = isinstance(node.op, ast.And)
        position = self.at(node)
        if all(is_boolean(part) for part in parts):
            return s.And(position, tuple(parts)) if is_and else s.Or(position, tuple(parts))
        made = parts[-1]
        for part in reversed(parts[:-1]):
            name = self.fresh()
            here = s.Name(position, name)
            truth = self.call("py:truth", node, here)
            made = self.let(name, part, s.If(position, truth, *((made, here) if is_and else (here, made))))
        return made

    def compare(self, node: ast.Compare) -> s.Node:
        """Translate comparisons, chained ones too."""
        operands = [node.left, *node.comparators]
        if len(operands) > 2 and not all(
            isinstance(part, (ast.Name, ast.Constant, ast.Attribute)) for part in operands
        ):
            self.refuse(node, "a chained comparison of anything but names and constants")
        parts = [self.node(operand) for operand in operands]
        made = [
            self.compare_two(node, operator, left, right)
            for operator, left, right in zip(node.ops, parts, parts[1:], strict=False)
        ]
        return made[0] if len(made) == 1 else s.And(self.at(node), tuple(made))

    def compare_two(self, node: ast.AST, operator: ast.cmpop, left: s.Node, right: s.Node) -> s.Node:
        """Translate one comparison."""
        sign = _COMPARISON.get(type(operator))
        if sign is not None:
            return s.Compare(self.at(node), sign, left, right)
        if isinstance(operator, (ast.In, ast.NotIn)):
            made = self.call("py:in", node, left, right)
        else:
            made = self.call("py:equal", node, left, right)
        is_negative = isinstance(operator, (ast.NotEq, ast.IsNot, ast.NotIn))
        return self.call("py:not", node, made) if is_negative else made

    def choice(self, node: ast.IfExp) -> s.Node:
        """Translate x if c else y."""
        return s.If(self.at(node), self.condition(node.test), self.node(node.body), self.node(node.orelse))

    def sequence(self, node: ast.List | ast.Tuple) -> s.Node:
        """Translate [..] and (.., ..)."""
        return s.ListNode(self.at(node), tuple(self.node(item) for item in node.elts))

    def distinct(self, node: ast.Set) -> s.Node:
        """Translate {a, b}, as a list without repetitions."""
        return self.call("distinct values", node, s.ListNode(self.at(node), tuple(map(self.node, node.elts))))

    def mapping(self, node: ast.Dict) -> s.Node:
        """Translate {"a": 1}."""
        pairs = []
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                self.refuse(node, "**")
            pairs.append(s.ListNode(self.at(value), (self.node(key), self.node(value))))
        return self.call("py:dict", node, s.ListNode(self.at(node), tuple(pairs)))

    def subscript(self, node: ast.Subscript) -> s.Node:
        """Translate a[i] and a[i:j]."""
        container, place = self.node(node.value), node.slice
        if not isinstance(place, ast.Slice):
            return self.call("py:item", node, container, self.node(place))
        if place.step is not None:
            self.refuse(node, "a slice with a step")
        ends = [s.Literal(self.at(node), None) if end is None else self.node(end) for end in (place.lower, place.upper)]
        return self.call("py:slice", node, container, *ends)

    def comprehension(self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp) -> s.Node:
        """Translate a comprehension: a loop of lists of one or none, chained."""
        if isinstance(node, ast.DictComp):
            element: s.Node = s.ListNode(self.at(node), (self.node(node.key), self.node(node.value)))
        else:
            element = self.node(node.elt)
        made: s.Node = s.ListNode(self.at(node), (element,))
        for generator in reversed(node.generators):
            if generator.is_async:
                self.refuse(node, "async")
            for test in reversed(generator.ifs):
                made = s.If(self.at(test), self.condition(test), made, s.ListNode(self.at(test), ()))
            made = self.call("py:join", node, self.loop(generator.target, generator.iter, made))
        if isinstance(node, ast.DictComp):
            return self.call("py:dict", node, made)
        return self.call("distinct values", node, made) if isinstance(node, ast.SetComp) else made

    def loop(self, target: ast.expr, source: ast.expr, body: s.Node) -> s.Node:
        """Make a loop over what Python would run through."""
        position = self.at(source)
        items = self.call("py:iter", source, self.node(source))
        if isinstance(target, ast.Name):
            return s.For(position, (s.Iterator_(position, target.id, items),), body)
        name = self.fresh()
        inner = self.bind(target, s.Name(position, name), body)
        return s.For(position, (s.Iterator_(position, name, items),), inner)

    def function(self, node: ast.Lambda) -> s.Node:
        """Translate a lambda of plain parameters."""
        given = node.args
        if given.defaults or given.kwonlyargs or given.vararg or given.kwarg:
            self.refuse(node, "a lambda with such parameters")
        names = tuple(part.arg for part in (*given.posonlyargs, *given.args))
        return s.FunctionNode(self.at(node), names, (None,) * len(names), None, self.node(node.body))

    def formatted(self, node: ast.JoinedStr) -> s.Node:
        """Translate an f-string."""
        return self.call("py:concat", node, s.Literal(self.at(node), ""), *(self.piece(part) for part in node.values))

    def piece(self, node: ast.expr) -> s.Node:
        """Translate one piece of an f-string."""
        if not isinstance(node, ast.FormattedValue):
            return self.node(node)
        if node.conversion not in (-1, ord("s")):
            self.refuse(node, "!r and !a")
        value = self.node(node.value)
        if node.format_spec is None:
            return self.call("py:str", node, value)
        return self.call("py:format", node, value, self.node(node.format_spec))


def is_boolean(node: s.Node) -> bool:
    """Tell whether a tree can only be true, false or null."""
    if isinstance(node, (s.Compare, s.And, s.Or, s.InstanceOf)):
        return True
    if isinstance(node, s.Call):
        return isinstance(node.function, s.Name) and node.function.name in _BOOLEAN_FUNCTIONS
    return isinstance(node, s.Literal) and isinstance(node.value, bool)


_HANDLERS: dict[type[ast.expr], Callable[..., s.Node]] = {
    ast.Constant: Translator.constant,
    ast.Name: Translator.name,
    ast.Attribute: Translator.attribute,
    ast.BinOp: Translator.binary,
    ast.UnaryOp: Translator.unary,
    ast.BoolOp: Translator.boolean,
    ast.Compare: Translator.compare,
    ast.IfExp: Translator.choice,
    ast.List: Translator.sequence,
    ast.Tuple: Translator.sequence,
    ast.Set: Translator.distinct,
    ast.Dict: Translator.mapping,
    ast.Subscript: Translator.subscript,
    ast.ListComp: Translator.comprehension,
    ast.GeneratorExp: Translator.comprehension,
    ast.SetComp: Translator.comprehension,
    ast.DictComp: Translator.comprehension,
    ast.Lambda: Translator.function,
    ast.JoinedStr: Translator.formatted,
}
