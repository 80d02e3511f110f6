"""The tables. Board content is in the log; what SQL must query, or a person may ask to erase, is in rows.

Only `store.py` and the migrations read this file.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, String, Table, Text

metadata = MetaData()

workshops = Table(
    "workshops",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String(6), nullable=False, unique=True),
    # Title and objective are in the log; this copy is for lists.
    Column("title", Text, nullable=False),
    Column("objective", Text, nullable=False, server_default=""),
    Column("language", String(8), nullable=False),
    Column("format", String(40), nullable=False),
    Column("format_version", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("seq", Integer, nullable=False, server_default="0"),
    Column("key_hash", String(64), nullable=False),
    # Of the secret in the link to the summary, while that is shared.
    Column("summary_hash", String(64)),
    # From when and until when that opens, ms since the epoch; 0: at once, without end.
    Column("summary_opens", BigInteger, nullable=False, server_default="0"),
    Column("summary_expires", BigInteger, nullable=False, server_default="0"),
    # The workshop this one follows, and the first of their series, by number; that one may be deleted meanwhile.
    Column("follows", Integer),
    Column("series", Integer),
    Column("archived_at", BigInteger),
    # In everything that is derived from the number: a restored backup may give the same number out again. Empty for
    # workshops older than this column, whose links were sent without it.
    Column("salt", String(32), nullable=False, server_default=""),
    # What opens a door with a passphrase, sealed (`passphrases.py`).
    Column("passphrase", String(120)),
    # The name of a zone of the IANA database, '' for UTC; and the day there, YYYY-MM-DD, on which it was held.
    Column("time_zone", String(64), nullable=False, server_default=""),
    Column("held_on", String(10), nullable=False, server_default=""),
    # The day there on which it is erased, a copy of what the log says; '' where no day is set.
    Column("purge_on", String(10), nullable=False, server_default=""),
    # The day of which its organisers were reminded; another one than `purge_on`: not yet.
    Column("reminded_of", String(10), nullable=False, server_default=""),
    # The team it belongs to and the account that answers for it; most workshops have neither.
    Column("team", String(32)),
    Column("owner", String(32)),
    # Numbers are never used again: a link of a deleted workshop must not open a later one.
    Index("workshops_summary_hash", "summary_hash", unique=True),
    Index("workshops_held_on", "held_on"),
    Index("workshops_purge_on", "purge_on"),
    Index("workshops_team", "team"),
    Index("workshops_owner", "owner"),
    sqlite_autoincrement=True,
)

people = Table(
    "people",
    metadata,
    Column("workshop", Integer, ForeignKey("workshops.id", ondelete="CASCADE"), primary_key=True),
    Column("id", String(71), primary_key=True),
    Column("name", Text, nullable=False),
    # A hash of the device they first came from, made for this workshop alone.
    Column("device", String(64)),
)

events = Table(
    "events",
    metadata,
    Column("workshop", Integer, ForeignKey("workshops.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("by", String(71)),
    Column("fact", Text, nullable=False),
    sqlite_with_rowid=False,
)

# The first answer to every command, so that a retry gets the same one and nothing is done twice.
answers = Table(
    "answers",
    metadata,
    Column("workshop", Integer, ForeignKey("workshops.id", ondelete="CASCADE"), primary_key=True),
    Column("person", String(71), primary_key=True),
    Column("command", String(64), primary_key=True),
    Column("answer", Text, nullable=False),
    sqlite_with_rowid=False,
)

# Cards and actions that somebody took back and that are erased one by one, `due` in ms since the epoch.
erasures = Table(
    "erasures",
    metadata,
    Column("workshop", Integer, ForeignKey("workshops.id", ondelete="CASCADE"), primary_key=True),
    Column("record", String(71), primary_key=True),
    Column("due", BigInteger, nullable=False),
    Index("erasures_due", "due"),
)

# What was erased lately, so that an older backup cannot bring it back: see `deletion_queries.py`. Names nobody.
deletions = Table(
    "deletions",
    metadata,
    Column("workshop", String(64), primary_key=True),
    Column("record", String(71), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Index("deletions_at", "at"),
)

# How organisers find their workshops again.
tags = Table(
    "tags",
    metadata,
    Column("workshop", Integer, ForeignKey("workshops.id", ondelete="CASCADE"), primary_key=True),
    Column("tag", String(60), primary_key=True),
    Index("tags_tag", "tag"),
)

# What a workshop had come to at `seq`, as the big screen showed it, and the words to find it by. Made from the log when
# it is asked for and older than that; gone whenever something is erased.
digests = Table(
    "digests",
    metadata,
    Column("workshop", Integer, ForeignKey("workshops.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("words", Text, nullable=False),
    Column("digest", Text, nullable=False),
)

# Themes of different workshops that a person has said are the same: those of one bond, under the name that they were
# given, if any. A row without a bond is of a theme that was taken out of one; it and the columns of `before` remain so
# that the last change of each row can be undone.
same_themes = Table(
    "same_themes",
    metadata,
    Column("workshop", Integer, ForeignKey("workshops.id", ondelete="CASCADE"), primary_key=True),
    Column("theme", String(71), primary_key=True),
    Column("bond", String(32), nullable=False),
    Column("confirmed_at", BigInteger, nullable=False),
    Column("name", Text, nullable=False, server_default=""),
    Column("change", String(32), nullable=False, server_default=""),
    Column("bond_before", String(32), nullable=False, server_default=""),
    Column("name_before", Text, nullable=False, server_default=""),
    Index("same_themes_bond", "bond"),
    Index("same_themes_change", "change"),
)

# Those who sign in, which nobody needs to in order to take part. Identifiers are random, not counted, so that nothing
# has to be continued when a backup is restored.
accounts = Table(
    "accounts",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", String(16), nullable=False),
    # An Argon2id hash; none until the invitation has been accepted.
    Column("password", String(200)),
    Column("created_at", BigInteger, nullable=False),
    Column("disabled_at", BigInteger),
)

# Of the secrets in cookies and links only the SHA-256 is stored: each has 256 random bits.
sign_ins = Table(
    "sign_ins",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("account", String(32), ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("device", String(120), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    # When the password was last given, which some acts ask for again.
    Column("confirmed_at", BigInteger, nullable=False),
    Index("sign_ins_account", "account"),
)

invitations = Table(
    "invitations",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("account", String(32), ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Index("invitations_account", "account"),
)

teams = Table(
    "teams",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("slug", String(60), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("team", String(32), ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True),
    Column("account", String(32), ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("role", String(16), nullable=False),
    Index("memberships_account", "account"),
)

# Colleagues to whom the owner of a workshop has opened it.
shares = Table(
    "shares",
    metadata,
    Column("workshop", Integer, ForeignKey("workshops.id", ondelete="CASCADE"), primary_key=True),
    Column("account", String(32), ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Index("shares_account", "account"),
)

# Who did what to accounts, teams and workshops, for a year: see `audit_queries.py`. It refers to no other table, so it
# also tells what was done with what is gone.
audit = Table(
    "audit",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("act", String(40), nullable=False),
    Column("who", String(254), nullable=False),
    Column("about", String(254), nullable=False),
    Column("detail", String(120), nullable=False),
    Index("audit_at", "at"),
)
