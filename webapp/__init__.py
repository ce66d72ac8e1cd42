"""The Flask shell: `create_app` puts the parts together and refuses to start with a route without a rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Build the application; `config` overrides environment and defaults (see webapp/config.py)."""
    from flask import Flask

    from engine.clock import SystemClock
    from webapp import access, api, assets, db, errors, language, pages, security, shell, wording
    from webapp import config as settings
    from webapp.accounts.pages import blueprint as accounts
    from webapp.health import blueprint as health

    app = Flask(__name__)
    settings.load(app, config)
    app.extensions["clock"] = app.config.get("CLOCK") or SystemClock()
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    assets.init_app(app)
    # The order of these is the order of checks: limits and CSRF need no database, then the transaction begins,
    # then the person is read and the route's rule is asked.
    security.init_app(app)
    # The order of a form's fields is the order of its keys.
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.policies["json.dumps_kwargs"] = {}
    db.init_app(app)
    access.init_app(app)
    language.init_app(app)
    wording.init_app(app)
    shell.init_app(app)
    errors.init_app(app)
    for blueprint in (accounts, health, *pages.blueprints(), *api.blueprints()):
        app.register_blueprint(blueprint)
    access.require_rules(app)
    return app
