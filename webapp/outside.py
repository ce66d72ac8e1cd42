"""What service tasks may reach, from the settings; secrets come from the environment and are kept nowhere."""

from __future__ import annotations

import os
from collections.abc import Mapping
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
