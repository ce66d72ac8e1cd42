"""Check what somebody wants to publish, and derive from it what lists and starts need to know.

Pure: bytes in, findings and meta out. What only the database can tell (is the form there, the called process)
is asked by `engine.library`. An error is {code, element_id, line, message}.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from engine import spiff
from engine.lint import Crossed, Fields, lint
from engine.spiff.elements import Program
from engine.spiff.face import Report
from engine.spiff.reading import Parsed

if TYPE_CHECKING:
    from engine.dmn.model import Node

MAX_JSON_BYTES = 4 * 1024 * 1024
MAX_JSON_DEPTH = 60
MAX_WORDS_BYTES = 512 * 1024

Error = dict[str, Any]
Check = Callable[[bytes], Iterable[Error]]
Checks = Mapping[str, Check]


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found: publishable when `errors` is empty; `meta` is the JSON kept beside the bytes."""

    name: str
    meta: dict[str, Any] = field(default_factory=dict)
    errors: list[Error] = field(default_factory=list)


def check(
    kind: str, key: str, content: bytes, *, checks: Checks | None = None, models: tuple[bytes, ...] = ()
) -> Checked:
    """Check the bytes of one artifact of `kind`; `checks` adds the caller's own check of a kind.

    models: what a decision imports; what is not among them is an error.
    """
    checked = _decision(key, content, models) if kind == "decision" else _CHECKS[kind](key, content)
    extra = (checks or {}).get(kind)
    if extra is not None and not checked.errors:
        return Checked(checked.name, checked.meta, list(extra(content)))
    return checked


def check_bytes(
    content: bytes,
    name: str,
    *,
    models: Iterable[bytes] = (),
    crossed: Crossed | None = None,
    fields: Fields | None = None,
) -> Report:
    """Read and check a BPMN or DMN file; nothing is stored, nothing raises. `name` tells a DMN file by its suffix.

    models: DMN files it may import; one it imports that is not among them is only remarked on. crossed: names the
    policy red line that words cross in a language, or None. fields: the top-level fields of a form by its file name,
    or None; with it, what conditions read and no step fills in is remarked on.
    """
    if not name.lower().endswith(".dmn"):
        return _linted(spiff.parse(content, name), crossed, fields)
    from engine import dmn

    others = tuple(models)
    found = dmn.check(content, name, models=others) + dmn.untrue(content, models=others)
    remarks = [
        {"element_id": one["element_id"], "what": one["code"], "why": one["message"]}
        for one in found
        if one["severity"] != "error"
    ]
    return Report(name, dmn.summary(content), remarks, [one for one in found if one["severity"] == "error"])


def _linted(parsed: Parsed, crossed: Crossed | None = None, fields: Fields | None = None) -> Report:
    """Add what the rules about whole diagrams say to the report of a file; what surely hangs is an error."""
    found = [
        one
        for program in parsed.processes.values()
        for one in lint(program, foreign=parsed.foreign, crossed=crossed, fields=fields)
    ]
    hard = [
        error(one["code"], one["message"], line=one["line"], element_id=one["element_id"])
        for one in found
        if one["severity"] == "error"
    ]
    report = parsed.report
    remarks = [one for one in found if one["severity"] != "error"]
    return replace(report, errors=[*report.errors, *hard], remarks=[*report.remarks, *remarks])


def error(code: str, message: str, *, line: int | None = None, element_id: str | None = None) -> Error:
    """Make one finding."""
    return {"code": code, "element_id": element_id, "line": line, "message": message}


def main_id(kind: str, content: bytes, name: str) -> tuple[str | None, list[Error]]:
    """Return the id of the first process in a file, or of the decision no other needs; None and why there is none."""
    if kind == "decision":
        decisions, errors = _decisions(content)
        needed = {href.removeprefix("#") for node in decisions for href in node.requires}
        ids = [node.id or node.label for node in decisions if node.id not in needed]
    else:
        parsed = spiff.parse(content, name)
        ids, errors = list(parsed.processes), list(parsed.report.errors)
    if errors or not ids:
        return None, errors or [error("nothing-in-it", "文件里没有可以发布的流程或决策")]
    return ids[0], []


# ---- processes and decisions -----------------------------------------------------------------


def _process(key: str, content: bytes) -> Checked:
    parsed = spiff.parse(content, key)
    errors: list[Error] = list(parsed.report.errors)
    if errors:
        return Checked(key, errors=errors)
    program = parsed.processes.get(key)
    if program is None:
        known = "、".join(parsed.processes) or "没有流程"
        return Checked(key, errors=[error("no-such-process", f"文件里没有流程 {key}（有：{known}）")])
    hangs = _linted(parsed).errors
    if hangs:
        return Checked(program.name or key, errors=hangs)
    meta = _describe(program)
    meta["processes"] = list(parsed.processes)
    meta["changes"] = list(parsed.report.changes)
    return Checked(program.name or key, meta)


def _describe(program: Program) -> dict[str, Any]:
    return {
        "process": program.id,
        "elements": [
            {"id": e.id, "type": e.type, "name": e.name, "lane": e.lane, "phase": e.phase}
            for e in program.elements.values()
        ],
        "forms": [
            {
                "element_id": use.element_id,
                "schema": use.schema,
                "ui": use.ui,
                "view": use.view,
                "context": use.context,
                "context_view": use.context_view,
            }
            for use in program.forms
        ],
        "called": sorted(program.called),
        "decisions": sorted(program.decisions),
        "lookups": sorted(program.lookups),
        "starters": list(program.starters),
        "category": program.category,
        "documentation": program.documentation,
        "number": program.number,
        "facts": [name for name, _ in program.facts],
        "restricted": bool(program.readers),
    }


def _decision(key: str, content: bytes, models: tuple[bytes, ...] = ()) -> Checked:
    decisions, errors = _decisions(content)
    found = next((node for node in decisions if key in (node.id, node.label)), None)
    if found is None:
        known = "、".join(node.id or node.label for node in decisions) or "没有决策"
        return Checked(key, errors=errors or [error("no-such-decision", f"文件里没有决策 {key}（有：{known}）")])
    from engine import dmn

    findings = dmn.check(content, key, models=models, complete=True) + dmn.untrue(content, models=models)
    namespace, imports = namespaces(content)
    meta = {
        "namespace": namespace,
        "imports": imports,
        "decisions": [{"id": node.id, "name": node.label} for node in decisions],
        "remarks": [one for one in findings if one["severity"] != "error"],
    }
    return Checked(found.label or key, meta, [one for one in findings if one["severity"] == "error"])


def namespaces(content: bytes) -> tuple[str, list[str]]:
    """Return the namespace of a decision file and those it imports; nothing for a file that cannot be read."""
    from engine.dmn import InvalidModel
    from engine.dmn.reading import read

    try:
        definitions = read(content)
    except InvalidModel:
        return "", []
    return definitions.namespace, list(dict.fromkeys(one.namespace for one in definitions.imports if one.is_model))


def _decisions(content: bytes) -> tuple[list[Node], list[Error]]:
    # Loaded here: most that is published decides nothing by table.
    from engine.dmn import InvalidModel
    from engine.dmn.reading import read

    try:
        return [node for node in read(content).nodes if node.kind == "decision"], []
    except InvalidModel as why:
        return [], [error(why.code, str(why), line=why.line)]


# ---- JSON ------------------------------------------------------------------------------------


def _form(key: str, content: bytes) -> Checked:
    schema, errors = read_object(content)
    if errors:
        return Checked(key, errors=errors)
    title = schema.get("title")
    meta = {"fields": sorted(schema.get("properties", {}))} if isinstance(schema.get("properties"), dict) else {}
    return Checked(title if isinstance(title, str) and title else key, meta, _schema_errors(schema, ""))


def _ui(key: str, content: bytes) -> Checked:
    ui, errors = read_object(content)
    if errors:
        return Checked(key, errors=errors)
    views = ui.get("qc:views", {})
    if not isinstance(views, dict):
        return Checked(key, errors=[error("bad-views", "qc:views 要写成 {视图名: {字段: write|read|hidden}}")])
    return Checked(key, {"views": sorted(views)})


_DIALECT = "https://json-schema.org/draft/2020-12/schema"
# Offline: an upload must not make the server fetch anything.
_META = jsonschema_rs.Draft202012Validator({"$ref": _DIALECT}, offline=True)
_COLUMN_NAME = re.compile(r"^[^\s{}\"'\\/]{1,60}$")


def _register(key: str, content: bytes) -> Checked:
    register, errors = read_object(content)
    if errors:
        return Checked(key, errors=errors)
    errors = [
        error("register-member", f"台账定义缺少 {member}，或写得不对")
        for member, kind in (("name", str), ("key", str), ("label", str), ("columns", dict))
        if not isinstance(register.get(member), kind) or not register[member]
    ]
    if errors:
        return Checked(key, errors=errors)
    columns = register["columns"].get("properties")
    if register["name"] != key:
        errors.append(error("register-name", f"文件里的台账名是 {register['name']}，不是 {key}"))
    if not isinstance(columns, dict) or not columns:
        return Checked(key, errors=[*errors, error("register-columns", "columns 要写成带 properties 的 JSON Schema")])
    errors += [error("register-column", f"列名 {name!r} 不能用") for name in columns if not _COLUMN_NAME.match(name)]
    named = {register["key"], *re.findall(r"\{([^{}]+)\}", register["label"])}
    if "{" not in register["label"]:
        named.add(register["label"])
    errors += [
        error("register-column", f"key 或 label 用到的列 {name} 不在 columns 里")
        for name in sorted(named - set(columns))
    ]
    errors += _schema_errors(register["columns"], "columns：")
    title = register.get("title")
    meta = {"key": register["key"], "label": register["label"], "columns": list(columns)}
    return Checked(title if isinstance(title, str) and title else key, meta, errors)


def _schema_errors(schema: dict[str, Any], where: str) -> list[Error]:
    if schema.get("$schema", _DIALECT) != _DIALECT:
        return [error("bad-schema", f"{where}只认 JSON Schema 2020-12，请去掉或改正 $schema")]
    # The dialect is made of vocabularies, each of which reports the same fault again.
    found = {("/".join(map(str, fault.instance_path)), fault.message[:200]) for fault in _META.iter_errors(schema)}
    return [
        error("bad-schema", f"{where}{place or '最外层'} 处不是正确的 JSON Schema：{message}")
        for place, message in sorted(found)[:20]
    ]


def read_object(content: bytes) -> tuple[dict[str, Any], list[Error]]:
    """Read a JSON object from untrusted bytes: UTF-8, bounded size and depth, no name twice in one object."""
    if len(content) > MAX_JSON_BYTES:
        return {}, [error("too-large", f"文件超过 {MAX_JSON_BYTES // 1024 // 1024} MB")]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        return {}, [error("not-utf8", "文件不是 UTF-8 编码，请另存为 UTF-8 再上传", line=line)]
    try:
        value = json.loads(text, object_pairs_hook=_unique)
    except json.JSONDecodeError as problem:
        return {}, [
            error("not-json", f"第 {problem.lineno} 行第 {problem.colno} 个字处不是正确的 JSON", line=problem.lineno)
        ]
    except RecursionError:
        return {}, [error("too-deep", f"嵌套超过 {MAX_JSON_DEPTH} 层")]
    except _TwiceError as problem:
        return {}, [error("name-twice", f"同一个对象里“{problem}”写了两次")]
    if not isinstance(value, dict):
        return {}, [error("not-object", "最外层要是一个 JSON 对象 { … }")]
    if _depth(value) > MAX_JSON_DEPTH:
        return {}, [error("too-deep", f"嵌套超过 {MAX_JSON_DEPTH} 层")]
    return value, []


class _TwiceError(ValueError):
    pass


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        raise _TwiceError(next(name for name in names if names.count(name) > 1))
    return made


def _depth(value: object) -> int:
    level, here = 0, [value]
    while here:
        level += 1
        below: list[object] = []
        for one in here:
            if isinstance(one, dict):
                below.extend(one.values())
            elif isinstance(one, list):
                below.extend(one)
        here = below
    return level


def _pack(key: str, content: bytes) -> Checked:
    try:
        declared = tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        return Checked(key, errors=[error("not-toml", f"不是正确的 TOML：{problem}")])
    name = declared.get("title", declared.get("name"))
    return Checked(name if isinstance(name, str) and name else key)


def _words(key: str, content: bytes) -> Checked:
    """Take any text: a README, or a scenario, which is checked where it is run."""
    if len(content) > MAX_WORDS_BYTES:
        return Checked(key, errors=[error("too-large", f"文件超过 {MAX_WORDS_BYTES // 1024} KB")])
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        return Checked(key, errors=[error("not-utf8", "文件不是 UTF-8 编码，请另存为 UTF-8 再上传", line=line)])
    return Checked(key)


_CHECKS: dict[str, Callable[[str, bytes], Checked]] = {
    "process": _process,
    "decision": _decision,
    "form": _form,
    "ui": _ui,
    "register": _register,
    "pack": _pack,
    "scenario": _words,
    "readme": _words,
}
KINDS = tuple(_CHECKS)
