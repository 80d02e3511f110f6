"""The data map names every table and column there is, and docs/data.md prints it.

`python -m tests.storage.test_data_map` writes the tables of docs/data.md anew.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import inspect

from speedboat.storage.data_map import DATA_MAP, NOBODY
from speedboat.storage.store import Store
from speedboat.storage.tables import metadata

DOCUMENT = Path(__file__).parents[2] / "docs" / "data.md"
BEGINNING, END = "<!-- the data map -->\n", "<!-- the end of the data map -->"
# Of the program that migrates, not of ours: the number of the schema.
ELSEWHERE = {"alembic_version"}


def printed_map() -> str:
    """The data map as Markdown."""
    lines: list[str] = []
    for name, use in DATA_MAP.items():
        lines += [f"\n### `{name}`\n", f"{use.purpose.capitalize()}. Kept until {use.until}.\n"]
        lines += ["| column | what it holds | about whom |", "|---|---|---|"]
        lines += [f"| `{column}` | {what} | {about or 'nobody'} |" for column, (what, about) in use.columns.items()]
    return "\n".join(lines).lstrip("\n") + "\n\n"


def with_map(text: str) -> str:
    before, rest = text.split(BEGINNING)
    return before + BEGINNING + "\n" + printed_map() + END + rest.split(END)[1]


def test_every_column_of_a_database_is_in_the_map_and_no_other(database_url: str) -> None:
    store = Store(database_url)
    store.migrate()
    found = inspect(store.engine)
    columns = {name: {one["name"] for one in found.get_columns(name)} for name in found.get_table_names()}
    store.close()
    assert {name: set(use.columns) for name, use in DATA_MAP.items()} == {
        name: those for name, those in columns.items() if name not in ELSEWHERE
    }


@pytest.mark.parametrize("table", sorted(metadata.tables))
def test_every_column_says_what_it_holds_and_whoever_is_named_in_one_is_said(table: str) -> None:
    for column, (what, about) in DATA_MAP[table].columns.items():
        assert what, column
        if column in ("name", "by", "person", "email", "account", "device"):
            assert about != NOBODY, column


def test_the_document_prints_the_map() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert with_map(text) == text, "python -m tests.storage.test_data_map"


if __name__ == "__main__":
    DOCUMENT.write_text(with_map(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
