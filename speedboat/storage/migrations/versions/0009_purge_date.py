"""The day on which a workshop is erased."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("workshops", sa.Column("purge_on", sa.String(10), nullable=False, server_default=""))
    op.create_index("workshops_purge_on", "workshops", ["purge_on"])
