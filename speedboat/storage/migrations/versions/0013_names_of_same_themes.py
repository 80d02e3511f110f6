"""What themes that are the same are called together, and their last change, so that it can be undone."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    for name, kind in (
        ("name", sa.Text),
        ("change", sa.String(32)),
        ("bond_before", sa.String(32)),
        ("name_before", sa.Text),
    ):
        op.add_column("same_themes", sa.Column(name, kind, nullable=False, server_default=""))
    op.create_index("same_themes_change", "same_themes", ["change"])
