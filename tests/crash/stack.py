"""The real thing: servers, workers, Redis and PostgreSQL as processes of their own, to be killed and started again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """Return a port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """One process that is started again as it was."""

    def __init__(self, name: str, command: list[str], folder: Path, environment: dict[str, str] | None = None) -> None:
        self.name = name
        self._command = command
        self._log = folder / f"{name}.log"
        self._environment = {**os.environ, **(environment or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, cwd=ROOT, env=self._environment, stdout=log, stderr=log)

    def kill(self) -> None:
        """End it as a power cut would end the process: no handler runs."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(10)

    def said(self) -> str:
        """Return the end of its log, for a failure's message."""
        return self._log.read_text("utf-8", "replace")[-3000:] if self._log.exists() else ""


class Stack:
    """A deployment on this machine: `servers` with their ports, workers, and Redis if `broker`."""

    def __init__(self, database_url: str, folder: Path, *, calls: list[str], broker: bool, workers: int) -> None:
        self.redis_port = free_port() if broker else 0
        environment = {
            "QINGCHE_DATABASE_URL": database_url,
            "QINGCHE_VAR": str(folder / "var"),
            "QINGCHE_CALL_HOSTS": ",".join(calls),
            "QINGCHE_JOB_LEASE_SECONDS": "2",
            "QINGCHE_RATELIMIT_ENABLED": "false",
            "QINGCHE_BROKER_URL": f"redis://127.0.0.1:{self.redis_port}/0" if broker else "",
        }
        self.ports = [free_port(), free_port()]
        python = [sys.executable, "-m", "webapp"]
        self.servers = [
            Process(f"server{port}", [*python, "serve", "--port", str(port)], folder, environment)
            for port in self.ports
        ]
        self.workers = [
            Process(f"worker{at}", [*python, "worker", "--every", "0.4"], folder, environment) for at in range(workers)
        ]
        redis = [
            "redis-server",
            "--port",
            str(self.redis_port),
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            str(folder),
        ]
        self.redis = Process("redis", redis, folder) if broker else None

    @property
    def processes(self) -> list[Process]:
        return [*self.servers, *self.workers, *([self.redis] if self.redis else [])]

    def start(self) -> None:
        """Start everything and wait until the first server answers."""
        for process in reversed(self.processes):
            process.start()
        until = time.monotonic() + 60
        while not any(self.answers(port) for port in self.ports):
            if time.monotonic() > until:
                raise RuntimeError("no server came up:\n" + "\n".join(process.said() for process in self.servers))
            time.sleep(0.1)

    def answers(self, port: int) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def kill(self) -> None:
        """End everything."""
        for process in self.processes:
            process.kill()


def has_redis() -> bool:
    """Say whether this machine has a Redis server to start."""
    return shutil.which("redis-server") is not None
