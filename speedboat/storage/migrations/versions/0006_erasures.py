"""Records that are to be erased one by one; old names taken out of the answers to renamings."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("workshop", sa.Integer, sa.ForeignKey("workshops.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("record", sa.String(71), primary_key=True),
        sa.Column("due", sa.BigInteger, nullable=False),
    )
    op.create_index("erasures_due", "erasures", ["due"])
    _forget_old_names(op.get_bind())


def _forget_old_names(connection: sa.Connection) -> None:
    answers = sa.table("answers", *(sa.column(name) for name in ("workshop", "person", "command", "answer")))
    old = sa.select(answers).where(answers.c.answer.contains('"new_name"'))
    for workshop, person, command, text in connection.execute(old).all():
        key = answers.c.workshop == workshop, answers.c.person == person, answers.c.command == command
        answer = {name: value for name, value in json.loads(text).items() if name != "inverse"}
        connection.execute(sa.update(answers).where(*key).values(answer=json.dumps(answer, separators=(",", ":"))))
    if connection.dialect.name == "sqlite":
        # Any number but 0: what was erased before this version is swept out of the file, too (`sqlite_residue.py`).
        connection.exec_driver_sql("PRAGMA user_version=1")
