"""Starter data: a pack's definitions, units, posts, registers and cases, played through the engine's own commands.

What there is to load is data (`seeds/<pack>/`); nothing here knows a ticket. The clock is set back and moved on to the
present, which only an empty database allows.
"""

from webapp.seeding.loading import DEMO_PASSWORD, demo_accounts, is_empty, load, set_up

__all__ = ["DEMO_PASSWORD", "demo_accounts", "is_empty", "load", "set_up"]
