"""Run all checks over a case file and print the report."""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.history.hashing import HASHES
from engine.history.offline.checks import (
    check_anchors,
    check_attachments,
    check_events,
    check_heads,
    check_inclusion,
    check_manifest,
    check_members,
    check_readable,
    check_registers,
    check_safe,
    check_values,
    check_versions,
    linked_keys,
)
from engine.history.offline.reading import CaseFile, Fault, Report, read_heads, read_zip
from engine.history.offline.signatures import fingerprint
from engine.history.offline.words import GROUPS, NOTES


def verify(path: str, expected_key: str = "", anchors: str = "", own: str | None = None) -> Report:
    """Check a file. expected_key: fingerprint told outside; anchors: heads kept outside; own: hash of this program."""
    report, file = Report(), CaseFile()
    parts: dict[str, Any] = {}

    def parse() -> Iterator[Fault]:
        for name in ("manifest", "proofs", "keys"):
            parts[name] = file.json(f"{name}.json")
        parts.update(events=file.lines("events.jsonl"), values=file.lines("values.jsonl"))
        parts.update(heads=read_heads(file.raw["heads.txt"].decode()), anchors=read_heads(anchors))
        parts["by"] = HASHES.get(parts["manifest"]["hash"])
        if parts["by"] is None:
            yield "hash.unknown", "manifest.json", str(parts["manifest"]["hash"])
        if not parts["heads"]:
            yield "head.missing", "heads.txt"
        else:
            parts["trusted"] = linked_keys(parts["keys"]["rotations"], parts["heads"][-1]["key"])

    if not report.check("usable", "压缩包完整，文件名安全", "the zip is whole, names are safe", read_zip, path, file):
        return report
    report.check("complete", "文件齐全，内容与清单一致", "files are all there and as listed", check_members, file)
    if not report.check("usable", "内容读得懂", "the parts can be read", parse):
        return report
    report.about = _about(parts)
    _check_authentic(report, file, parts, expected_key)
    events, values, manifest = parts["events"], parts["values"], parts["manifest"]
    report.check(
        "complete", "步骤一步不缺、次序不乱", "no event is missing, changed or out of order",
        check_events, events, manifest, parts["by"],
    )  # fmt: skip
    report.check("complete", "用到的台账行都在", "the register rows it read are there", check_registers, events, values)
    report.check("complete", "附件都在，没有改过", "attachments are there, unchanged", check_attachments, file, values)
    report.check("usable", "各文件打得开", "every file opens", check_readable, file)
    report.check("safe", "页面无脚本，核验程序未被换", "no scripts; the verifier is this one", check_safe, file, own)
    if not (expected_key or anchors.strip()):
        report.notes.append(("nothing outside",))
    return report


def _check_authentic(report: Report, file: CaseFile, parts: dict[str, Any], expected_key: str) -> None:
    heads, trusted, proofs, manifest = parts["heads"], parts["trusted"], parts["proofs"], parts["manifest"]
    events, values, by = parts["events"], parts["values"], parts["by"]
    report.check(
        "authentic", "封条的签名、密钥和先后", "signatures, keys and growth of the heads",
        check_heads, heads, trusted, dict(proofs["grown"]), expected_key, by,
    )  # fmt: skip
    report.check("authentic", "清单的签名", "the manifest's signature", check_manifest, file, trusted)
    report.check(
        "authentic", "与外存封条一致", "heads kept outside are the same",
        check_anchors, heads, parts["anchors"], trusted, report,
    )  # fmt: skip
    report.check(
        "authentic", "每一步都在签名封条之下", "every event is under the signed head",
        check_inclusion, events, proofs, heads[-1], manifest, report, by,
    )  # fmt: skip
    report.check(
        "authentic", "每个值都是当时填的", "every value is the one recorded",
        check_values, events, values, manifest, report, by,
    )  # fmt: skip
    report.check(
        "authentic", "流程、表单、决策表是当时的版本", "definitions, forms and decisions are those of the time",
        check_versions, file, events,
    )  # fmt: skip


def _about(parts: dict[str, Any]) -> dict[str, Any]:
    told = {name: parts["manifest"][name] for name in ("site", "title", "number", "made", "cases", "written")}
    head = {name: parts["heads"][-1][name] for name in ("number", "at", "size", "root", "key")}
    return {**told, "hash": parts["by"].title, "head": head, "fingerprint": fingerprint(head["key"])}


def printed(report: Report) -> Iterator[str]:
    """Yield the report line by line."""
    about = report.about
    if about:
        head = about["head"]
        yield f"{about['site']}　{about['number']}　{about['title']}"
        yield f"导出 made　{about['made']['at']}　{about['made']['by']}"
        yield f"封条 head　{head['number']}　{head['at']}　{head['size']} events"
        yield f"指纹算法 hash　{about['hash']}"
        yield f"公钥指纹 key fingerprint　{about['fingerprint']}"
    for group, name in GROUPS.items():
        yield f"\n{name}"
        for check in report.checks:
            if check["group"] == group:
                yield f"  [{'通过 ok' if check['ok'] else '不符 BAD'}] {check['zh']} / {check['en']}"
        for fault in report.faults:
            if fault["group"] == group:
                yield f"      ! {fault['where']}：{fault['zh']} / {fault['en']} ({fault['code']})"
    yield ""
    yield from (f"注意 note：{zh} / {en}" for zh, en in said(report))
    count = len(report.faults)
    yield f"结论：有 {count} 处不符 / {count} faults" if count else "结论：全部通过 / whole and unaltered"


def said(report: Report) -> list[list[str]]:
    """Return the notes as [Chinese, English]."""
    return [[text.format(*parts) for text in NOTES[code]] for code, *parts in report.notes]


def main() -> int:
    """Read the command line, check, print."""
    reader = argparse.ArgumentParser(description="Check a Qingche case file offline. 离线核验卷宗。")
    reader.add_argument("file")
    reader.add_argument("--key", default="", help="fingerprint of the public key, told you outside the file")
    reader.add_argument("--heads", help="file of heads kept outside")
    reader.add_argument("--json", action="store_true", dest="as_json")
    given = reader.parse_args()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        own = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
        anchors = Path(given.heads).read_text("utf-8", "replace") if given.heads else ""
    except OSError as why:
        sys.stderr.write(f"{why}\n")
        return 2
    report = verify(given.file, given.key, anchors, own)
    told = {
        "ok": not report.faults, "about": report.about, "checks": report.checks, "faults": report.faults,
        "notes": said(report),
    }  # fmt: skip
    sys.stdout.write(json.dumps(told, ensure_ascii=False) if given.as_json else "\n".join(printed(report)))
    sys.stdout.write("\n")
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
