"""Teams, who is in them, whom a workshop belongs to and with whom it is shared."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "teams",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("slug", sa.String(60), nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "memberships",
        sa.Column("team", sa.String(32), sa.ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True),
        _account(),
        sa.Column("role", sa.String(16), nullable=False),
    )
    op.create_table(
        "shares",
        sa.Column("workshop", sa.Integer, sa.ForeignKey("workshops.id", ondelete="CASCADE"), primary_key=True),
        _account(),
    )
    for table in ("memberships", "shares"):
        op.create_index(f"{table}_account", table, ["account"])
    for column in ("team", "owner"):
        op.add_column("workshops", sa.Column(column, sa.String(32)))
        op.create_index(f"workshops_{column}", "workshops", [column])


def _account() -> sa.Column[str]:
    return sa.Column("account", sa.String(32), sa.ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
