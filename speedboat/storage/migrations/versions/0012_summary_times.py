"""From when and until when the link to a summary opens."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    for column in ("summary_opens", "summary_expires"):
        op.add_column("workshops", sa.Column(column, sa.BigInteger, nullable=False, server_default="0"))
