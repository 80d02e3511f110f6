"""What was erased lately."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "deletions",
        sa.Column("workshop", sa.String(64), primary_key=True),
        sa.Column("record", sa.String(71), primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index("deletions_at", "deletions", ["at"])
