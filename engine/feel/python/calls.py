"""Which Python functions and methods have a counterpart, and which one."""

from __future__ import annotations

# Python name -> (our function, least and most positional arguments)
FUNCTIONS: dict[str, tuple[str, int, int]] = {
    "len": ("py:len", 1, 1),
    "str": ("py:str", 1, 1),
    "int": ("py:int", 1, 1),
    "float": ("py:float", 1, 1),
    "Decimal": ("py:float", 1, 1),
    "bool": ("py:truth", 1, 1),
    "abs": ("abs", 1, 1),
    "min": ("min", 1, 100),
    "max": ("max", 1, 100),
    "sum": ("py:sum", 1, 1),
    "any": ("py:any", 1, 1),
    "all": ("py:all", 1, 1),
    "round": ("py:round", 1, 2),
    "list": ("py:iter", 1, 1),
    "tuple": ("py:iter", 1, 1),
    "set": ("distinct values", 1, 1),
    "sorted": ("sort", 1, 1),
    "range": ("py:range", 1, 3),
    "date": ("py:date", 3, 3),
    "datetime": ("py:datetime", 3, 7),
    "time": ("py:time", 1, 4),
    "timedelta": ("py:timedelta", 0, 2),
}
# Dotted names; `datetime` may be the module or the class.
DOTTED: dict[str, tuple[str, int, int]] = {
    "datetime.datetime": ("py:datetime", 3, 7),
    "datetime.date": ("py:date", 3, 3),
    "datetime.time": ("py:time", 1, 4),
    "datetime.timedelta": ("py:timedelta", 0, 2),
    "datetime.now": ("py:now", 0, 1),
    "datetime.datetime.now": ("py:now", 0, 1),
    "datetime.today": ("py:now", 0, 0),
    "datetime.datetime.today": ("py:now", 0, 0),
    "datetime.utcnow": ("py:utcnow", 0, 0),
    "datetime.datetime.utcnow": ("py:utcnow", 0, 0),
    "date.today": ("today", 0, 0),
    "datetime.date.today": ("today", 0, 0),
    "datetime.fromisoformat": ("py:fromisoformat", 1, 1),
    "datetime.datetime.fromisoformat": ("py:fromisoformat", 1, 1),
    "date.fromisoformat": ("py:date_of_text", 1, 1),
    "datetime.date.fromisoformat": ("py:date_of_text", 1, 1),
    "decimal.Decimal": ("py:float", 1, 1),
}
UTC_NAMES = frozenset({"timezone.utc", "datetime.timezone.utc", "UTC", "datetime.UTC"})
# Method -> (our function, most further arguments)
METHODS: dict[str, tuple[str, int]] = {
    "upper": ("upper case", 0),
    "lower": ("lower case", 0),
    "strip": ("py:strip", 0),
    "startswith": ("starts with", 1),
    "endswith": ("ends with", 1),
    "replace": ("py:replace", 2),
    "split": ("py:split", 1),
    "get": ("py:get", 2),
    "keys": ("py:iter", 0),
    "values": ("py:values", 0),
    "items": ("py:items", 0),
    "isoformat": ("py:isoformat", 0),
    "strftime": ("py:strftime", 1),
    "date": ("date", 0),
    "time": ("time", 0),
    "total_seconds": ("py:total_seconds", 0),
    "weekday": ("py:weekday", 0),
    "copy": ("py:same", 0),
}
KEYWORDS: dict[str, tuple[str, ...]] = {
    "py:timedelta": ("days", "seconds", "minutes", "hours", "weeks"),
}
TYPES = {
    "str": "string",
    "bool": "boolean",
    "int": "number",
    "float": "number",
    "Decimal": "number",
    "list": "list",
    "dict": "context",
}
MODULES = frozenset({"datetime", "decimal"})
