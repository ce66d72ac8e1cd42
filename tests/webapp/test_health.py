"""What the machine that watches is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Flask

from tests.build import Organisation
from webapp.queue import SEAL, make_queue


def test_a_chore_that_fails_behind_the_queue_is_told_by_every_server(
    make_app: Callable[..., Flask], city: Organisation, tmp_path: Path
) -> None:
    worker = make_app(BROKER_URL="redis://127.0.0.1:1/0")
    seal = make_queue(worker).tasks[SEAL]
    in_the_way = tmp_path / "var" / "seal-keys"
    in_the_way.parent.mkdir(exist_ok=True)
    in_the_way.write_text("no folder")
    server = make_app().test_client()
    seal()
    answer = server.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"ok": True, "failing": ["seal_and_publish"]})
    in_the_way.unlink()
    seal()
    assert server.get("/healthz").json == {"ok": True}
    assert (tmp_path / "var" / "heads.txt").exists()


def test_each_application_has_tasks_of_its_own(make_app: Callable[..., Flask], city: Organisation) -> None:
    first, second = (make_queue(make_app(BROKER_URL="redis://127.0.0.1:1/0")) for _ in range(2))
    assert first.tasks[SEAL].app is first and second.tasks[SEAL].app is second
