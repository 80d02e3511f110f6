"""A workshop is dated by the day where it takes place: on every page, in every file, and where one filters by day."""

from __future__ import annotations

import contextlib
import datetime
import gzip
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pypdf
import pytest
from sqlalchemy import text

from speedboat.access.entry import create_workshop
from speedboat.access.keys import KeyMaker
from speedboat.cli.maintenance import backup, import_workshop, restore
from speedboat.domain.messages import Refused, Viewer
from speedboat.exports import House, export
from speedboat.exports.archive import archive
from speedboat.i18n.formatting import Words
from speedboat.library.search import shelf
from speedboat.library.selection import write_synthesis
from speedboat.storage.library_queries import LibraryQuery
from speedboat.storage.store import Store, Workshop
from speedboat.writing.creation import NewWorkshop
from tests.conftest import SECRET
from tests.support.live_server import Running
from tests.web.test_library import ADMIN_KEY, Visitor

KEYS = KeyMaker(SECRET)
EVENING = 1_764_277_200_000  # 2025-11-27, 21:00 UTC
NEXT_MORNING = "28 novembre 2025"
AS_NUMBER = 45989  # that day, as spreadsheets count days


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store(database_url)
    store.migrate()
    yield store
    store.close()


def create(store: Store, time_zone: str = "", follows: Workshop | None = None) -> Workshop:
    return create_workshop(store, KEYS, EVENING, NewWorkshop("Ce matin", "", "fr", follows, time_zone))[0]


def found(store: Store, **days: str) -> list[int]:
    return sorted(row.id for row in shelf(store, LibraryQuery(**days), 1).workshops)  # type: ignore[arg-type]


def test_the_library_finds_a_workshop_by_the_day_where_it_took_place(store: Store) -> None:
    paris, noumea = create(store, "Europe/Paris").id, create(store, "Pacific/Noumea").id
    assert found(store, first_day="2025-11-28") == [noumea]
    assert found(store, last_day="2025-11-27") == [paris]
    assert found(store, first_day="2025-11-27", last_day="2025-11-28") == [paris, noumea]
    assert found(store, last_day="2025-11-26") == []


def test_every_file_has_the_day_where_it_took_place(store: Store) -> None:
    row = create(store, "Pacific/Noumea")

    def made(form: str) -> bytes:
        return export(store, row.id, form, Viewer(None, "facilitator"), "fr")

    assert NEXT_MORNING in pdf_text(made("pdf"))
    assert NEXT_MORNING in plain(made("md"))
    for form, part in (("docx", "word/document.xml"), ("xlsx", "xl/sharedStrings.xml")):
        assert NEXT_MORNING in part_of(made(form), part), form


def test_the_synthesis_has_the_day_where_it_took_place(store: Store) -> None:
    wanted = LibraryQuery(codes=(create(store, "Pacific/Noumea").code,))

    def made(form: str) -> bytes:
        return write_synthesis(store, wanted, form, "fr", House())

    assert json.loads(made("json"))["formats"][0]["workshops"][0]["held_on"] == "2025-11-28"
    assert NEXT_MORNING in pdf_text(made("pdf"))
    assert f"<v>{AS_NUMBER}</v>" in part_of(made("xlsx"), "xl/worksheets/sheet1.xml")


def plain(content: bytes) -> str:
    return content.decode().replace("\xa0", " ")


def part_of(file: bytes, part: str) -> str:
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        return plain(parts.read(part))


def pdf_text(content: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_next_of_a_series_is_where_the_one_before_was(store: Store) -> None:
    assert create(store, follows=create(store, "Pacific/Noumea")).held_on == "2025-11-28"


def test_a_copy_keeps_its_day_and_an_archive_may_name_a_zone_that_is_unknown_here(store: Store) -> None:
    file = archive(store, create(store, "Pacific/Noumea").id)
    copy, _ = import_workshop(store, KEYS, file, EVENING)
    assert (copy.held_on, copy.time_zone) == ("2025-11-28", "Pacific/Noumea")
    other, _ = import_workshop(store, KEYS, file.replace(b"Pacific/Noumea", b"Pacific/Lemuria"), EVENING)
    assert other.held_on == "2025-11-27"
    with pytest.raises(Refused, match="bad_rows"):
        import_workshop(store, KEYS, file.replace(b"Pacific/Noumea", b"Pacific/<Noumea>"), EVENING)


def test_a_database_of_the_version_before_has_the_days_that_it_showed(another_url: str) -> None:
    store = Store(another_url)
    store.migrate("0006")
    with store.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO workshops (code, title, language, format, format_version, created_at, key_hash)"
                f" VALUES ('ABCDEF', 'x', 'fr', 'speedboat', 1, {EVENING}, '')"
            )
        )
    store.migrate()
    row = store.find("ABCDEF")
    store.close()
    assert row is not None
    assert (row.held_on, row.time_zone) == ("2025-11-27", "")


def test_a_backup_of_the_version_before_is_restored_with_the_days_that_it_showed(
    store: Store, another_url: str, tmp_path: Path
) -> None:
    create(store, "Pacific/Noumea")
    backup(store, tmp_path / "now")
    lines = [json.loads(line) for line in gzip.decompress((tmp_path / "now").read_bytes()).splitlines()]
    old = [{name: value for name, value in line.items() if name not in ("time_zone", "held_on")} for line in lines]
    (tmp_path / "before").write_bytes(gzip.compress(b"".join(json.dumps(line).encode() + b"\n" for line in old)))
    for file, day in (("now", "2025-11-28"), ("before", "2025-11-27")):
        other = Store(another_url)
        other.migrate()
        restore(other, tmp_path / file)
        with other.writing() as transaction:
            (row,) = transaction.all_workshops()
            transaction.delete_workshop(row.id)
        other.close()
        assert row.held_on == day


# --- a real server --------------------------------------------------------------------------------------------------


def test_a_workshop_is_created_with_a_time_zone_and_shown_by_its_day(start: Callable[..., Running]) -> None:
    server = start(admin_key=ADMIN_KEY)
    visitor = Visitor(server)
    visitor.enter(ADMIN_KEY)
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):  # at every hour one of them has another day than UTC
        before = today(zone)
        status, _ = server.api("POST", "/workshops", {"title": f"Là-bas {zone}", "time_zone": zone})
        assert status == 201
        days = {Words("en").day(day, "medium") for day in (before, today(zone))}
        page = visitor.get(f"/library?q=l%C3%A0-bas&from={before}")[1]
        book = page[page.index(f"Là-bas {zone}") :]
        assert any(day in book[: book.index("</p>")].replace("\xa0", " ") for day in days)
        later = (datetime.date.fromisoformat(today(zone)) + datetime.timedelta(1)).isoformat()
        assert f"Là-bas {zone}" not in visitor.get(f"/library?q=l%C3%A0-bas&from={later}")[1]


def test_a_zone_that_is_none_is_refused_and_one_of_the_server_holds_where_none_is_named(
    start: Callable[..., Running], environment: dict[str, str]
) -> None:
    server = start(time_zone="Pacific/Kiritimati", admin_key=ADMIN_KEY)
    status, answer = server.api("POST", "/workshops", {"title": "x", "time_zone": "Europe/Pari"})
    assert (status, answer["error"]["code"], answer["error"]["field"]) == (422, "unknown_value", "time_zone")
    before = today("Pacific/Kiritimati")
    made = server.create("Sans fuseau")
    with contextlib.closing(Store(f"sqlite:///{environment['SPEEDBOAT_DATA_DIR']}/speedboat.db")) as database:
        row = database.find(made["code"])
    assert row is not None
    assert row.time_zone == "Pacific/Kiritimati"
    assert row.held_on in (before, today("Pacific/Kiritimati"))


def today(zone: str) -> str:
    return datetime.datetime.now(ZoneInfo(zone)).date().isoformat()
