"""Boolean functions. Source: DMN 1.5 clauses 10.3.4.2 and 10.3.4.4."""

from __future__ import annotations

from datetime import date, datetime, time

from engine.feel.builtins.registry import builtin
from engine.feel.compare import equal
from engine.feel.run import Run
from engine.feel.temporal import offset_of
from engine.feel.values import Value


@builtin("not", "negand: any")
def negate(run: Run, negand: Value) -> bool | None:
    """逻辑非；不是布尔值则为 null"""
    return not negand if isinstance(negand, bool) else None


@builtin("all", "list: list", "list: any*")
def holds_for_all(run: Run, values: list[Value]) -> bool | None:
    """全部为 true；有 false 即 false，其余情形有非布尔值为 null"""
    return _settle(run, values, settles=False)


@builtin("any", "list: list", "list: any*")
def holds_for_any(run: Run, values: list[Value]) -> bool | None:
    """至少一个为 true；没有 true 而有非布尔值为 null"""
    return _settle(run, values, settles=True)


def _settle(run: Run, values: list[Value], *, settles: bool) -> bool | None:
    run.charge(len(values))
    found: bool | None = not settles
    for value in values:
        if value is settles:
            return bool(settles)
        if type(value) is not bool:
            found = None
    return found


@builtin("is", "value1: any, value2: any")
def is_same(run: Run, value1: Value, value2: Value) -> bool:
    """同类且完全相同（时间还要求时区写法所指相同）"""
    if type(value1) is not type(value2):
        return False
    if isinstance(value1, (date, time)):
        return _parts(value1) == _parts(value2)
    return equal(run, value1, value2) is True


def _parts(value: date | time) -> tuple[object, ...]:
    if isinstance(value, (datetime, time)):
        return value.replace(tzinfo=None), offset_of(value)
    return (value,)


@builtin("is defined", "value: any")
def is_defined(run: Run, value: Value) -> bool:
    """值不是 null（标准之外的补充）"""
    return value is not None
