"""The link to a shared summary, and series of workshops."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("workshops", sa.Column("summary_hash", sa.String(64)))
    op.add_column("workshops", sa.Column("follows", sa.Integer))
    op.add_column("workshops", sa.Column("series", sa.Integer))
    op.create_index("workshops_summary_hash", "workshops", ["summary_hash"], unique=True)
