"""What workers are told by the settings: what service tasks may reach, and how long a job is theirs.

Secrets come from the environment and are kept nowhere.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from engine.calling import Outside
from engine.outside import Allowed

_PREFIX = "QINGCHE_CALL_SECRET_"


def outside_of(config: Mapping[str, Any]) -> Outside:
    """Return the calls this deployment allows; raises ValueError for a host list that cannot be read."""
    listed = config["CALL_HOSTS"]
    entries = listed.split(",") if isinstance(listed, str) else [str(entry) for entry in listed]
    return Outside(Allowed.read(entries), secret, int(config["CALL_MOST_KB"]) * 1024)


def secret(name: str) -> str | None:
    """Return the secret a definition names as {secret:name}: QINGCHE_CALL_SECRET_NAME, signs written as _."""
    return os.environ.get(_PREFIX + "".join(sign if sign.isalnum() else "_" for sign in name).upper())


def lease_of(config: Mapping[str, Any]) -> timedelta:
    """Return how long a job stays with a worker that may have died."""
    return timedelta(seconds=float(config["JOB_LEASE_SECONDS"]))
