"""Workshops, people, events and answers."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "workshops",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("code", sa.String(6), nullable=False, unique=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("objective", sa.Text, nullable=False, server_default=""),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("format", sa.String(40), nullable=False),
        sa.Column("format_version", sa.Integer, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False, server_default="0"),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table("people", _workshop(), sa.Column("id", sa.String(71), primary_key=True), _text("name"))
    op.create_table(
        "events",
        _workshop(),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("by", sa.String(71)),
        _text("fact"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "answers",
        _workshop(),
        sa.Column("person", sa.String(71), primary_key=True),
        sa.Column("command", sa.String(64), primary_key=True),
        _text("answer"),
        sqlite_with_rowid=False,
    )


def _workshop() -> sa.Column[int]:
    return sa.Column("workshop", sa.Integer, sa.ForeignKey("workshops.id", ondelete="CASCADE"), primary_key=True)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)
