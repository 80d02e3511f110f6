"""The day a workshop was held on, and its time zone; until now every day was one of UTC."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

LAST_SECOND = 253402300799  # of the year 9999


def upgrade() -> None:
    op.add_column("workshops", sa.Column("time_zone", sa.String(64), nullable=False, server_default=""))
    op.add_column("workshops", sa.Column("held_on", sa.String(10), nullable=False, server_default=""))
    connection = op.get_bind()
    workshops = sa.table("workshops", *(sa.column(name) for name in ("id", "created_at", "held_on")))
    for number, moment in connection.execute(sa.select(workshops.c.id, workshops.c.created_at)).all():
        day = datetime.fromtimestamp(min(max(moment // 1000, 0), LAST_SECOND), UTC).date().isoformat()
        connection.execute(sa.update(workshops).where(workshops.c.id == number).values(held_on=day))
    op.create_index("workshops_held_on", "workshops", ["held_on"])
