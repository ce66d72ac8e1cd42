"""Functions that compute over a list. Source: DMN 1.5 clause 10.3.4.4."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from engine.feel.arithmetic import operate
from engine.feel.builtins.registry import builtin
from engine.feel.compare import order
from engine.feel.number import NUMBER, ONE, ZERO
from engine.feel.run import Run
from engine.feel.values import Value

List = list[Value]


@builtin("min", "list: list", "list: any*")
def least(run: Run, items: List) -> Value:
    """最小的一项"""
    return _extreme(run, items, -1)


@builtin("max", "list: list", "list: any*")
def greatest(run: Run, items: List) -> Value:
    """最大的一项"""
    return _extreme(run, items, 1)


def _extreme(run: Run, items: List, wanted: int) -> Value:
    if not items:
        return None
    best = items[0]
    if order(run, best, best) is None:
        return _refuse(run, best)
    for item in items[1:]:
        found = order(run, item, best)
        if found is None:
            return _refuse(run, item)
        if found == wanted:
            best = item
    return best


def _refuse(run: Run, item: Value) -> None:
    if item is not None:
        run.warn("argument-type", "min and max need values of one ordered kind")


@builtin("sum", "list: list", "n: any*")
def total(run: Run, items: List) -> Value:
    """求和；空列表为 null；也用于时长"""
    run.charge(len(items))
    if items and not isinstance(items[0], Decimal) and items[0] is not None:
        return _sum_durations(run, items)
    numbers = _numbers(run, items, "sum")
    return _sum(numbers) if numbers else None


def _sum_durations(run: Run, items: List) -> Value:
    found = items[0]
    if isinstance(found, (str, list, dict, bool)):
        return run.warn("argument-type", "sum: every item is a number, or every item a duration of one kind")
    for item in items[1:]:
        found = operate(run, "+", found, item, run.position or 0)
    return found


@builtin("mean", "list: list", "n: any*")
def mean(run: Run, items: List) -> Value:
    """平均数"""
    run.charge(len(items))
    if items and not isinstance(items[0], Decimal) and items[0] is not None:
        total_ = _sum_durations(run, items)
        return operate(run, "/", total_, Decimal(len(items)), run.position or 0)
    numbers = _numbers(run, items, "mean")
    return _mean(numbers) if numbers else None


@builtin("product", "list: list", "n: any*")
def product(run: Run, items: List) -> Value:
    """连乘"""
    numbers = _numbers(run, items, "product")
    if not numbers:
        return None
    found = ONE
    for number in numbers:
        found = NUMBER.multiply(found, number)
    return found


@builtin("median", "list: list", "n: any*")
def median(run: Run, items: List) -> Value:
    """中位数"""
    numbers = _numbers(run, items, "median")
    if not numbers:
        return None
    run.charge(len(numbers) * 4)
    numbers = sorted(numbers)
    middle = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[middle]
    return NUMBER.divide(NUMBER.add(numbers[middle - 1], numbers[middle]), Decimal(2))


@builtin("stddev", "list: list", "n: any*")
def standard_deviation(run: Run, items: List) -> Value:
    """样本标准差"""
    numbers = _numbers(run, items, "stddev")
    if not numbers or len(numbers) < 2:
        return None
    middle = _mean(numbers)
    squares = [NUMBER.power(NUMBER.subtract(number, middle), 2) for number in numbers]
    return NUMBER.sqrt(NUMBER.divide(_sum(squares), Decimal(len(numbers) - 1)))


@builtin("mode", "list: list", "n: any*")
def mode(run: Run, items: List) -> Value:
    """众数，升序的列表"""
    numbers = _numbers(run, items, "mode")
    if numbers is None:
        return None
    run.charge(len(numbers) * 4)
    counts = Counter(numbers)
    most = max(counts.values(), default=0)
    return sorted(number for number, times in counts.items() if times == most)


def _numbers(run: Run, items: List, name: str) -> list[Decimal] | None:
    run.charge(len(items))
    for item in items:
        if not isinstance(item, Decimal):
            return run.warn("argument-type", f"{name}: every item is a number") if item is not None else None
    return items


def _sum(numbers: list[Decimal]) -> Decimal:
    found = ZERO
    for number in numbers:
        found = NUMBER.add(found, number)
    return found


def _mean(numbers: list[Decimal]) -> Decimal:
    return NUMBER.divide(_sum(numbers), Decimal(len(numbers)))
