"""The engine's tables and statements; the only importer of SQLAlchemy in the engine."""
