"""Context functions. Source: DMN 1.5 clause 10.3.4.10."""

from __future__ import annotations

from engine.feel.budget import SLOT
from engine.feel.builtins.registry import builtin
from engine.feel.run import Run
from engine.feel.values import Value

Context = dict[str, Value]


@builtin("get value", "m: context, key: string", "context: context, key: string")
def get_value(run: Run, m: Context, key: str) -> Value:
    """按名取值；没有则为 null"""
    return m.get(key)


@builtin("get value", "context: context, keys: list", "m: context, keys: list")
def get_deep_value(run: Run, m: Context, keys: list[Value]) -> Value:
    """按路径取值"""
    value: Value = m
    for key in keys:
        value = value.get(key) if isinstance(value, dict) and isinstance(key, str) else None
    return value


@builtin("get entries", "m: context", "context: context")
def get_entries(run: Run, m: Context) -> list[Context]:
    """各项组成的列表，每项有 key 和 value"""
    _hold(run, 3 * len(m))
    return [{"key": key, "value": value} for key, value in m.items()]


@builtin("context", "entries: list")
def make_context(run: Run, entries: list[Value]) -> Value:
    """由 key/value 列表组成上下文"""
    _hold(run, len(entries))
    made: Context = {}
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("key"), str) or "value" not in entry:
            return run.warn("argument-value", "context: each entry has a key (string) and a value")
        if entry["key"] in made:
            return run.warn("argument-value", "context: a key appears twice")
        made[entry["key"]] = entry["value"]
    return made


@builtin("context put", "context: context, key: string, value: any")
def put(run: Run, context: Context, key: str, value: Value) -> Context:
    """加一项或换一项，得新上下文"""
    _hold(run, 1 + len(context))
    return {**context, key: value}


@builtin("context put", "context: context, keys: list, value: any")
def put_deep(run: Run, context: Context, keys: list[Value], value: Value) -> Value:
    """按路径放入，得新上下文"""
    if not keys or not all(isinstance(key, str) for key in keys) or len(keys) > 100:
        return run.warn("argument-value", "context put: keys is a list of 1 to 100 strings")
    for key in reversed(list(_parents(context, keys))):
        parent, name = key
        _hold(run, 1 + len(parent))
        value = {**parent, name: value}
    return value


def _parents(context: Context, keys: list[str]) -> list[tuple[Context, str]]:
    found = []
    current: Value = context
    for key in keys:
        if not isinstance(current, dict):
            raise ValueError("keys lead through a value that is no context")
        found.append((current, key))
        current = current.get(key)
    return found


@builtin("context merge", "contexts: list", "contexts: context*")
def merge(run: Run, contexts: list[Value]) -> Value:
    """合并，后者覆盖前者"""
    made: Context = {}
    for context in contexts:
        if not isinstance(context, dict):
            return run.warn("argument-value", "context merge: every item is a context")
        _hold(run, 1 + len(context))
        made.update(context)
    return made


def _hold(run: Run, entries: int) -> None:
    run.charge(1 + entries // 4)
    run.hold(SLOT * entries)
