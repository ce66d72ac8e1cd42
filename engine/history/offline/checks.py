"""The checks of a case file, each by itself: files, signatures, heads, events, values, versions, rows, attachments."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from engine.history.hashing import Hash
from engine.history.merkle import extends, includes, leaf_hash
from engine.history.offline.reading import CaseFile, Fault, Json, Report
from engine.history.offline.signatures import canonical, fingerprint, hashed, is_signed

FORMAT = "qingche-case-1"
NEEDED = (
    "events.jsonl", "values.jsonl", "artifacts.json", "attachments.json", "units.json", "heads.txt", "proofs.json",
    "keys.json", "verify.py",
)  # fmt: skip
_ACTIVE = re.compile(rb"<(script|iframe|object|embed|link|img|base|form)\b|<[^>]*\s(on\w+|src|href)\s*=", re.I)
_SHA256 = re.compile("^[0-9a-f]{64}$")


def check_members(file: CaseFile) -> Iterator[Fault]:
    """Every file the manifest lists is there with its content, and no other."""
    told = file.json("manifest.json")["files"]
    for name in NEEDED:
        if name not in told:
            yield "file.missing", name
    for name, said in sorted(told.items()):
        if name not in file.raw:
            yield "file.missing", name
        elif hashlib.sha256(file.raw[name]).hexdigest() != said["sha256"] or len(file.raw[name]) != said["size"]:
            yield "file.changed", name
    for name in sorted(set(file.raw) - set(told) - {"manifest.json", "manifest.sig"}):
        yield "file.unlisted", name


def check_manifest(file: CaseFile, trusted: set[str]) -> Iterator[Fault]:
    """The manifest is signed by the platform."""
    text, sig = file.raw["manifest.json"].decode("utf-8"), file.json("manifest.sig")
    if file.json("manifest.json").get("format") != FORMAT:
        yield "format.unknown", "manifest.json"
    if not is_signed(sig["key"], sig["signature"], f"{FORMAT}\n{text}"):
        yield "manifest.signature", "manifest.json"
    elif sig["key"] not in trusted:
        yield "key.foreign", "manifest.sig"


def head_signed(head: Json) -> bool:
    """Say whether a head carries the signature of the key it names."""
    text = "qingche-head-1\n" + canonical({**head, "signature": ""})
    return is_signed(head["key"], head["signature"], text)


def linked_keys(rotations: Any, newest: str) -> set[str]:
    """Return the keys that rotations signed by both keys lead to from the newest head's."""
    pairs = []
    for turn in rotations:
        text = "qingche-key-1\n" + canonical({name: turn[name] for name in ("old", "new", "at")})
        if is_signed(turn["old"], turn["old_signature"], text) and is_signed(turn["new"], turn["new_signature"], text):
            pairs.append({turn["old"], turn["new"]})
    trusted = {newest}
    for _ in pairs:
        for pair in pairs:
            trusted |= pair if pair & trusted else set()
    return trusted


def check_heads(heads: Any, trusted: set[str], grown: Any, expected_key: str, by: Hash) -> Iterator[Fault]:
    """Every head is signed by the platform and made with this hash; the newest grows from each, its key is expected."""
    newest = heads[-1]
    expected = re.sub(r"\s", "", expected_key).upper()
    if expected and expected not in {
        one.upper() for key in trusted for one in (key, fingerprint(key).replace(" ", ""))
    }:
        yield "key.unexpected", fingerprint(newest["key"])
    for head in heads:
        where = f"head {head['number']}"
        if head["key"] not in trusted:
            yield "key.foreign", where
        if not head_signed(head):
            yield "head.signature", where
        if head.get("algorithm", "sha256") != by.name:
            yield "head.hash", where, by.title
        proof = [] if head is newest else [bytes.fromhex(step) for step in grown.get(head["size"], ())]
        first, second = bytes.fromhex(head["root"]), bytes.fromhex(newest["root"])
        if not extends(head["size"], first, newest["size"], second, proof, by):
            yield "head.inconsistent", where


def check_anchors(heads: Any, anchors: Any, trusted: set[str], report: Report) -> Iterator[Fault]:
    """Heads kept outside are the same as those of their number in the file."""
    own, compared = {head["number"]: head for head in heads}, 0
    for anchor in anchors:
        where = f"head {anchor['number']}"
        if anchor["key"] not in trusted or not head_signed(anchor):
            yield "anchor.foreign", where
        elif anchor["number"] in own:
            compared += 1
            if own[anchor["number"]] != anchor:
                yield "anchor.replaced", where
    if anchors and not compared:
        report.notes.append(("anchors",))


def check_events(events: Any, manifest: Json, by: Hash) -> Iterator[Fault]:
    """Every hash follows from the event before and the body; each case's chain runs from 1 to where it ended."""
    expected = {case["stream"]: case for case in manifest["cases"]}
    last: dict[str, tuple[int, str]] = {}
    for event in events:
        stream, seq, where = event["stream"], event["seq"], f"{event['stream']} #{event['seq']}"
        body = json.loads(event["body"])
        if hashed(event["prev"] + event["body"], by) != event["hash"]:
            yield "event.changed", where
        if (body.get("stream"), body.get("seq")) != (stream, seq):
            yield "event.moved", where
        if stream in expected:
            before = last.get(stream, (0, ""))
            if seq != before[0] + 1:
                yield "event.gap", where, str(before[0])
            elif event["prev"] != before[1]:
                yield "event.chain", where
            last[stream] = (seq, event["hash"])
    for stream, case in sorted(expected.items()):
        if last.get(stream) != (case["events"], case["hash"]):
            yield "event.cut", stream, str(case["events"])


def check_inclusion(
    events: Any, proofs: Json, newest: Json, manifest: Json, report: Report, by: Hash
) -> Iterator[Fault]:
    """Every event is a leaf under the newest head; those not sealed yet are as many as the manifest says."""
    known, unsealed = {(row[0], row[1]): row for row in proofs["included"]}, 0
    for event in events:
        stream, seq = event["stream"], event["seq"]
        if (stream, seq) not in known:
            unsealed += 1
            continue
        _, _, position, path = known[stream, seq]
        leaf = leaf_hash(f"{stream}\n{seq}\n{event['hash']}".encode(), by)
        steps = [bytes.fromhex(step) for step in path]
        if not includes(leaf, position, newest["size"], steps, bytes.fromhex(newest["root"]), by):
            yield "proof.wrong", f"{stream} #{seq}"
    if unsealed != manifest["written"]["unsealed"]:
        yield "proof.missing", "proofs.json", str(unsealed)
    elif unsealed:
        report.notes.append(("unsealed", str(unsealed)))


def check_values(events: Any, values: Any, manifest: Json, report: Report, by: Hash) -> Iterator[Fault]:
    """Every value is the one its event committed to; what is not given is told as erased or withheld."""
    own = {case["stream"] for case in manifest["cases"]}
    committed = {
        (event["stream"], event["seq"], pointer): digest
        for event in events
        for pointer, digest in json.loads(event["body"]).get("values", [])
    }
    seen, gone = set(), {"erased": 0, "withheld": 0}
    for value in values:
        place = (value["stream"], value["seq"], value["pointer"])
        where = f"{place[0]} #{place[1]} {place[2]}"
        if place not in committed:
            yield "value.foreign", where
        elif place in seen:
            yield "value.twice", where
        elif "erased_at" in value or "withheld" in value:
            gone["erased" if "erased_at" in value else "withheld"] += 1
            if {"before", "after", "salt"} & set(value):
                yield "value.not-erased", where
        elif hashed(canonical([value["salt"], place[2], value["before"], value["after"]]), by) != committed[place]:
            yield "value.changed", where
        seen.add(place)
    for place in sorted(place for place in committed if place[0] in own and place not in seen):
        yield "value.missing", f"{place[0]} #{place[1]} {place[2]}"
    report.notes += [(kind, str(count)) for kind, count in gone.items() if count]


def check_versions(file: CaseFile, events: Any) -> Iterator[Fault]:
    """Every version the cases ran on is there, byte for byte as an event says it was published."""
    bodies = [json.loads(event["body"]) for event in events]
    listed = {row["id"]: row for row in file.json("artifacts.json")}
    published = {body["artifact"]: body for body in bodies if body.get("kind") == "published"}
    for one in sorted({one for body in bodies for one in pinned(body.get("pins") or {})}):
        row = listed.get(one)
        if row is None or row["file"] not in file.raw:
            yield "version.missing", one
        elif one not in published:
            yield "version.unproven", row["file"]
        elif hashlib.sha256(file.raw[row["file"]]).hexdigest() != published[one]["sha256"]:
            yield "version.changed", f"{row['file']} ({row['key']})"


def pinned(pins: Json) -> Iterator[str]:
    """Yield the ids of all versions that pins name."""
    if pins:
        yield pins["process"]
    for group in ("called", "forms", "decisions", "registers"):
        yield from pins.get(group, {}).values()
    for imported in pins.get("models", {}).values():
        yield from imported


def check_registers(events: Any, values: Any) -> Iterator[Fault]:
    """Every version of a register row that the cases read is there."""
    given = {(value["stream"], value["seq"], value["pointer"]) for value in values}
    there, read = set(), set()
    for event in events:
        body = json.loads(event["body"])
        for key, version in body.get("rows", []) if event["stream"].startswith("register:") else []:
            pointer = "/" + key.replace("~", "~0").replace("/", "~1")
            if (event["stream"], event["seq"], pointer) in given:
                there.add((event["stream"][len("register:") :], key, version))
        read |= {(register, key, version) for register, key, version in body.get("lookups", []) if version is not None}
    for register, key, version in sorted(read - there):
        yield "row.missing", f"{register} {key}", str(version)


def check_attachments(file: CaseFile, values: Any) -> Iterator[Fault]:
    """Every attachment the values name is there, byte for byte."""
    listed = {row["sha256"]: row for row in file.json("attachments.json")}
    texts = [value[side] for value in values for side in ("before", "after") if value.get(side)]
    named = {sha256: row["name"] for sha256, row in listed.items()}
    named.update({one["sha256"]: one["name"] for text in texts for one in attachments_in(json.loads(text))})
    for sha256, name in sorted(named.items()):
        content = file.raw.get(listed.get(sha256, {}).get("file", ""))
        if content is None:
            yield "attachment.missing", name
        elif hashlib.sha256(content).hexdigest() != sha256:
            yield "attachment.changed", name


def attachments_in(value: Any) -> Iterator[Json]:
    """Yield every file object in a value."""
    if isinstance(value, dict):
        if isinstance(value.get("sha256"), str) and _SHA256.match(value["sha256"]) and "name" in value:
            yield value
        else:
            for member in value.values():
                yield from attachments_in(member)
    elif isinstance(value, list):
        for member in value:
            yield from attachments_in(member)


def check_readable(file: CaseFile) -> Iterator[Fault]:
    """Diagrams and forms open with ordinary programs, and there is a page for people."""
    for name, content in sorted(file.raw.items()):
        try:
            if name.endswith((".bpmn", ".dmn")):
                if b"<!ENTITY" in content:
                    raise ValueError("entities")
                ElementTree.fromstring(content)  # noqa: S314 - entities are refused above
            elif name.endswith(".json"):
                json.loads(content.decode("utf-8-sig"))
        except (ValueError, ElementTree.ParseError) as why:
            yield "file.unreadable", name, str(why)
    if not any(name.endswith(".html") for name in file.raw):
        yield "file.missing", "view.html"


def check_safe(file: CaseFile, own: str | None) -> Iterator[Fault]:
    """Pages run nothing and load nothing; the verifier that runs (SHA-256 `own`) is the one in the file."""
    for name, content in sorted(file.raw.items()):
        if name.endswith(".html") and _ACTIVE.search(content):
            yield "page.active", name
    if own is not None and hashlib.sha256(file.raw["verify.py"]).hexdigest() != own:
        yield "verifier.other", "verify.py"
