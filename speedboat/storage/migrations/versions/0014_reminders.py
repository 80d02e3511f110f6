"""The day of whose coming the organisers of a workshop were reminded."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("workshops", sa.Column("reminded_of", sa.String(10), nullable=False, server_default=""))
