"""A salt for each workshop, so that what is derived from its number is never derived for another one again."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    # Workshops that are here already have none: their keys, summary links and tokens stay what they were.
    op.add_column("workshops", sa.Column("salt", sa.String(32), nullable=False, server_default=""))
