"""The passphrase at the door of a workshop, sealed, and the device each person came from, as a hash."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("workshops", sa.Column("passphrase", sa.String(120)))
    op.add_column("people", sa.Column("device", sa.String(64)))
