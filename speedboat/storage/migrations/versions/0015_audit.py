"""The audit log: who did what to accounts, teams and workshops."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("who", sa.String(254), nullable=False),
        sa.Column("about", sa.String(254), nullable=False),
        sa.Column("detail", sa.String(120), nullable=False),
    )
    op.create_index("audit_at", "audit", ["at"])
