"""Alembic migrations, run at start by `speedboat.store`. One file a change, never edited once released."""
