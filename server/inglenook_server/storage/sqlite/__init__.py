"""The store on disk: SQLite in WAL mode with group commit."""

from inglenook_server.storage.sqlite.adapter import SqliteStorage, open_reader
from inglenook_server.storage.sqlite.connection import DATABASE_NAME

__all__ = ["DATABASE_NAME", "SqliteStorage", "open_reader"]
