"""A case file with everything in it, ways to alter one, and the verifier run as a stranger would run it."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from engine import attachments, complete_task, library, registers, start_case
from engine.attachments import FolderStore
from engine.canonical import canonical
from engine.clock import FixedClock
from engine.history import keyring
from engine.history.casefile import FORMAT, Order, Written, write_case_file
from engine.history.heads import Keys, fingerprint
from engine.history.seals import heads, seal
from engine.store.base import writing
from tests.build import SYSTEM, an_organisation
from tests.engine.flows import end, process, start, the_task, user

SECRET = "不便外传"
PHOTO = b"a photograph of a dike"
_FORM = (
    '<spiffworkflow:properties><spiffworkflow:property name="formJsonSchemaFilename" value="dike.schema.json"/>'
    "</spiffworkflow:properties>"
)
_ERASE = text(
    "UPDATE event_values SET before = NULL, after = NULL, salt = '', erased_at = '2026-12-01T00:00:00.000000Z' "
    "WHERE stream = :stream AND pointer = '/phone'"
)
DIKE = process(
    "dike",
    start("ask"),
    user("ask", "look", candidate='starter="true"', more=f'<qc:lookup register="matters" key="code" as="row"/>{_FORM}'),
    user("look", "again", candidate='starter="true"', more=_FORM),
    user("again", "end", candidate='starter="true"', more=_FORM),
    end(),
    extensions='<qc:starter role="clerk"/>',
    name="堤防",
)
SCHEMA = b'{"type": "object", "properties": {"code": {"type": "string"}, "note": {"type": "string"}}}'
MATTERS = {
    "name": "matters",
    "key": "code",
    "label": "name",
    "columns": {"type": "object", "properties": {"code": {"type": "string"}, "name": {"type": "string"}}},
}


@dataclass
class Made:
    """A case file and what its reader was told outside it."""

    content: bytes
    written: Written
    keys: Keys
    stream: str
    anchors: str
    fingerprint: str


def make(session: Session, clock: FixedClock, folder: Path) -> Made:
    """Work a case through three steps over two heads and a rotation of the key, erase one value, write the file."""
    keys, files = Keys(folder / "keys"), FolderStore(folder / "files")
    with writing(session):
        city = an_organisation(session, clock)
        library.publish(session, "register", "matters", json.dumps(MATTERS).encode(), actor=SYSTEM)
        registers.put_rows(
            session, "matters", [{"code": "A1", "name": "堤防"}, {"code": "B2", "name": "道路"}], actor=SYSTEM
        )
        library.publish(session, "form", "dike.schema.json", SCHEMA, actor=SYSTEM)
        library.publish(session, "process", "dike", DIKE, actor=SYSTEM)
        clerk = city.actor(session, "clerk@d1")
    stored = files.put(io.BytesIO(PHOTO))
    photo = {"sha256": stored.sha256, "name": "堤.jpg", "size": stored.size_bytes, "type": "image/jpeg"}

    def step(case_id: str, element: str, **values: Any) -> None:
        with writing(session):
            task = the_task(session, case_id, element)
            complete_task(session, task.id, values, actor=clerk)
            attachments.bind(session, case_id, values, actor=clerk, task_id=task.id, element_id=element)

    with writing(session):
        case_id = start_case(session, "dike", actor=clerk, values={"code": "A1"}).id
    step(case_id, "ask", note="第一段", phone="1380000", photo=photo)
    seal(session, keys)
    keyring.rotate(session, keys, actor=SYSTEM, reason="年度更换")
    step(case_id, "look", note="第二段", hidden=SECRET)
    seal(session, keys)
    step(case_id, "again", note="第三段")
    stream = f"case:{case_id}"
    with writing(session):
        session.execute(_ERASE, {"stream": stream})
    out = io.BytesIO()
    order = Order(
        cases=[case_id], title="堤防巡查", number="巡〔2026〕1号", site="样例市", by="样例市 审计岗", at=clock.now(),
        pages={"view.html": b"<!doctype html><title>x</title><p>x</p>"}, conceals=lambda value: SECRET in value,
    )  # fmt: skip
    written = write_case_file(session, keys, files, order, out)
    own = heads(session)
    anchors = "".join(f"{head.line}\n" for head in own)
    return Made(out.getvalue(), written, keys, stream, anchors, fingerprint(own[-1].key))


@dataclass
class Forgery:
    """A case file taken apart: change `parts`, then `zip` it."""

    made: Made
    parts: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with zipfile.ZipFile(io.BytesIO(self.made.content)) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}

    def json(self, name: str) -> Any:
        return json.loads(self.parts[name])

    def put(self, name: str, value: Any) -> None:
        self.parts[name] = canonical(value).encode()

    def lines(self, name: str, change: Callable[[list[dict[str, Any]]], Any]) -> None:
        """Change the rows of a member in place, or return others."""
        rows = [json.loads(line) for line in self.parts[name].decode().splitlines()]
        rows = change(rows) or rows
        self.parts[name] = "".join(f"{canonical(row)}\n" for row in rows).encode()

    def relist(self, keys: Keys) -> None:
        """Make the manifest fit the parts and sign it with these keys."""
        manifest = self.json("manifest.json")
        manifest["files"] = {
            name: {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
            for name, content in self.parts.items()
            if not name.startswith("manifest")
        }
        self.put("manifest.json", manifest)
        key, signature = keys.sign_text(FORMAT, self.parts["manifest.json"].decode())
        self.put("manifest.sig", {"key": key, "signature": signature})

    def zip(self, *more: tuple[str, bytes]) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in [*self.parts.items(), *more]:
                archive.writestr(name, content)
        return out.getvalue()


# Runs the verifier as on a machine whose OpenSSL has no SM3.
_WITHOUT_SM3 = """
import hashlib, runpy, sys
had = hashlib.new
def new(name, *given, **more):
    if name == "sm3":
        raise ValueError("unsupported hash type sm3")
    return had(name, *given, **more)
hashlib.new = new
sys.argv = sys.argv[1:]
runpy.run_path("verify.py", run_name="__main__")
"""


def run(
    content: bytes, folder: Path, *options: str, program: bytes | None = None, has_sm3: bool = True
) -> tuple[int, str]:
    """Run the verifier in an interpreter without site packages, in a folder with nothing else; (exit code, output)."""
    from engine.history import offline

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "case.zip").write_bytes(content)
    (folder / "verify.py").write_bytes(program or offline.program())
    asked = ["verify.py"] if has_sm3 else ["-c", _WITHOUT_SM3, "verify.py"]
    command = [sys.executable, "-I", "-S", *asked, "case.zip", *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=60)
    return done.returncode, done.stdout.decode() + done.stderr.decode()
