"""Other systems at the interface: they fetch and complete tasks over HTTP and remember what was acknowledged."""

from __future__ import annotations

import http.client
import random
import threading
import time
from typing import Any
from uuid import uuid4

import orjson


class Client(threading.Thread):
    """Works until told to stop; every completion carries a mark of its own.

    acknowledged: mark -> task id of completions answered 200; tried: the same for all that were sent.
    """

    def __init__(self, name: str, ports: list[int], token: str, rounds: int) -> None:
        super().__init__(name=name, daemon=True)
        self._ports, self._token, self._rounds = ports, token, rounds
        self._ended = threading.Event()
        self.acknowledged: dict[str, str] = {}
        self.tried: dict[str, str] = {}
        self.refused: list[tuple[int, Any]] = []

    def finish(self) -> None:
        """Send every case on to its end from now on."""
        self._rounds = 0

    def stop(self) -> None:
        self._ended.set()

    def run(self) -> None:
        body = {"worker": self.name, "topics": ["step"], "lock_seconds": 3, "most": 2}
        while not self._ended.is_set():
            found = self._post("/api/v1/external-tasks/fetch-and-lock", body)
            for task in (found or {}).get("tasks", []):
                self._complete(task)
            if not (found or {}).get("tasks"):
                time.sleep(0.05)

    def _complete(self, task: dict[str, Any]) -> None:
        mark = str(uuid4())
        count = int(task["values"].get("n", 0)) + 1
        values = {"n": count, "mark": mark, "more": count < self._rounds}
        self.tried[mark] = task["id"]
        answer = self._post(f"/api/v1/external-tasks/{task['id']}/complete", {"worker": self.name, "values": values})
        if answer is not None and "case" in answer:
            self.acknowledged[mark] = task["id"]

    def _post(self, path: str, body: Any) -> dict[str, Any] | None:
        """Ask one of the servers; None when the connection broke or it did not answer 200."""
        connection = http.client.HTTPConnection("127.0.0.1", random.choice(self._ports), timeout=10)
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        try:
            connection.request("POST", path, orjson.dumps(body), headers)
            answer = connection.getresponse()
            content = answer.read()
            if answer.status != 200:
                self.refused.append((answer.status, content[:300]))
                return None
            read: dict[str, Any] = orjson.loads(content)
            return read
        except (OSError, http.client.HTTPException, orjson.JSONDecodeError):
            time.sleep(0.02)
            return None
        finally:
            connection.close()
