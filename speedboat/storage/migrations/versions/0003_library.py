"""Tags, archived workshops, what each workshop came to, and which themes are the same."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("workshops", sa.Column("archived_at", sa.BigInteger))
    op.create_table("tags", _workshop(), sa.Column("tag", sa.String(60), primary_key=True))
    op.create_index("tags_tag", "tags", ["tag"])
    op.create_table(
        "digests",
        _workshop(),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
    )
    op.create_table(
        "same_themes",
        _workshop(),
        sa.Column("theme", sa.String(71), primary_key=True),
        sa.Column("bond", sa.String(32), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger, nullable=False),
    )
    op.create_index("same_themes_bond", "same_themes", ["bond"])


def _workshop() -> sa.Column[int]:
    return sa.Column("workshop", sa.Integer, sa.ForeignKey("workshops.id", ondelete="CASCADE"), primary_key=True)
