"""Alembic migrations, run at start by `speedboat.storage.store`. One file a change, never edited once released."""
