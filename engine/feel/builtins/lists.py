"""List functions that do not compute numbers, and `sort`. Source: DMN 1.5 clauses 10.3.4.4 and 10.3.4.8.

Lists are never changed in place: every function answers a new one, and its length is charged.
"""

from __future__ import annotations

from decimal import Decimal

from engine.feel.budget import SLOT
from engine.feel.builtins.registry import builtin
from engine.feel.compare import equal, order
from engine.feel.number import to_index
from engine.feel.run import Run, apply
from engine.feel.values import Function, Value

List = list[Value]


@builtin("list contains", "list: list, element: any")
def list_contains(run: Run, items: List, element: Value) -> bool:
    """列表含有某值"""
    run.charge(2 * len(items))
    return any(equal(run, item, element) is True for item in items)


@builtin("count", "list: list", "list: any*")
def count(run: Run, items: List) -> Decimal:
    """项数"""
    return Decimal(len(items))


@builtin("sublist", "list: list, start position: number, length: number?")
def sublist(run: Run, items: List, start: Decimal, length: Decimal | None) -> Value:
    """取一段；位置从 1 起，负数从末尾起"""
    first, size = to_index(start), len(items)
    amount = size if length is None else to_index(length)
    if first is None or amount is None or first == 0 or abs(first) > size or amount < 0:
        return run.warn("argument-value", "sublist: the position lies in the list")
    begin = first - 1 if first > 0 else size + first
    if length is not None and begin + amount > size:
        return run.warn("argument-value", "sublist: the list is too short")
    return _hold(run, items[begin : begin + amount])


@builtin("append", "list: list, item: any*")
def append(run: Run, items: List, more: List) -> List:
    """在末尾加项"""
    return _hold(run, items + more)


@builtin("concatenate", "list: list*")
def concatenate(run: Run, lists: list[List]) -> List:
    """依次相接"""
    made: List = []
    for items in lists:
        run.hold(8 * len(items))
        made.extend(items)
    return _hold(run, made)


@builtin("insert before", "list: list, position: number, newItem: any")
def insert_before(run: Run, items: List, position: Decimal, item: Value) -> Value:
    """在某位置之前插入"""
    place = _place(items, position)
    if place is None:
        return run.warn("argument-value", "insert before: the position lies in the list")
    return _hold(run, [*items[:place], item, *items[place:]])


@builtin("remove", "list: list, position: number")
def remove(run: Run, items: List, position: Decimal) -> Value:
    """去掉某位置的项"""
    place = _place(items, position)
    if place is None:
        return run.warn("argument-value", "remove: the position lies in the list")
    return _hold(run, items[:place] + items[place + 1 :])


@builtin("list replace", "list: list, position: number, newItem: any")
def replace_at(run: Run, items: List, position: Decimal, item: Value) -> Value:
    """换掉某位置的项，或换掉符合条件的项"""
    place = _place(items, position)
    if place is None:
        return run.warn("argument-value", "list replace: the position lies in the list")
    return _hold(run, [*items[:place], item, *items[place + 1 :]])


@builtin("list replace", "list: list, match: function, newItem: any")
def replace_matching(run: Run, items: List, match: Function, item: Value) -> Value:
    """换掉符合条件的项"""
    made = []
    for old in items:
        found = apply(run, match, [old, item])
        if type(found) is not bool:
            return run.warn("argument-value", "list replace: the function answers true or false")
        made.append(item if found else old)
    return _hold(run, made)


@builtin("reverse", "list: list")
def reverse(run: Run, items: List) -> List:
    """倒序"""
    return _hold(run, items[::-1])


@builtin("index of", "list: list, match: any")
def index_of(run: Run, items: List, match: Value) -> List:
    """所有相等项的位置"""
    run.charge(len(items))
    return _hold(run, [Decimal(i) for i, item in enumerate(items, 1) if equal(run, item, match) is True])


@builtin("union", "list: list*")
def union(run: Run, lists: list[List]) -> List:
    """相接并去重"""
    return distinct_values(run, concatenate(run, lists))


@builtin("distinct values", "list: list")
def distinct_values(run: Run, items: List) -> List:
    """去重，保持先后"""
    made: List = []
    seen: set[tuple[type, Value]] = set()
    others: List = []
    for item in items:
        run.charge(1)
        if type(item) in (str, Decimal, bool):
            # Only plain values are hashed: hashing what is nested could cost more than can be charged.
            key = (type(item), item)
            if key in seen:
                continue
            seen.add(key)
        else:
            run.charge(4 * len(others))
            if any(equal(run, item, other) is True for other in others):
                continue
            others.append(item)
        made.append(item)
    return _hold(run, made)


@builtin("duplicate values", "list: list")
def duplicate_values(run: Run, items: List) -> List:
    """重复出现的值（标准之外的补充）"""
    once: List = []
    twice: List = []
    for item in items:
        run.charge(1 + 4 * len(once))
        if not any(equal(run, item, other) is True for other in once):
            once.append(item)
        elif not any(equal(run, item, other) is True for other in twice):
            twice.append(item)
    return _hold(run, twice)


@builtin("flatten", "list: list")
def flatten(run: Run, items: List) -> List:
    """展开嵌套"""
    made: List = []
    _flatten(run, items, made)
    return made


def _flatten(run: Run, items: List, made: List) -> None:
    run.charge(4 + 2 * len(items))
    run.hold(8 * len(items))
    for item in items:
        if type(item) is list:
            _flatten(run, item, made)
        else:
            made.append(item)


class _Key:
    """One item being sorted; Python's sort asks for nothing but `<`, and is stable."""

    __slots__ = ("item", "precedes", "run")

    def __init__(self, run: Run, item: Value, precedes: Function | None) -> None:
        self.run = run
        self.item = item
        self.precedes = precedes

    def __lt__(self, other: _Key) -> bool:
        self.run.charge(2)
        if self.precedes is not None:
            return apply(self.run, self.precedes, [self.item, other.item]) is True
        found = order(self.run, self.item, other.item)
        if found is None:
            raise ValueError("no order")
        return found < 0


@builtin("sort", "list: list, precedes: function", "list: list")
def sort(run: Run, items: List, precedes: Function | None = None) -> List:
    """排序；给出“前者应在前”的函数，不给则按自然次序"""
    if precedes is not None and len(precedes.parameters) != 2 and not precedes.builtin:
        raise ValueError("the function takes two arguments")
    run.charge(len(items))
    run.hold(SLOT * len(items))
    return [key.item for key in sorted([_Key(run, item, precedes) for item in items])]


def _place(items: List, position: Decimal) -> int | None:
    index = to_index(position)
    if index is None or index == 0 or abs(index) > len(items):
        return None
    return index - 1 if index > 0 else len(items) + index


def _hold(run: Run, made: List) -> List:
    run.charge(1 + len(made) // 8)
    run.hold(8 * len(made))
    return made
