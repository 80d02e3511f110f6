"""Whoever answers for a workshop is reminded by mail before it is erased: once, by a real mail server."""

from __future__ import annotations

import contextlib
import json
import smtplib
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from speedboat.mail.smtp import Mailer
from speedboat.storage.store import Store
from speedboat.writing.reminders import remind_all
from tests.support.live_server import Running
from tests.support.mail_server import MailServer, certificate
from tests.support.pages import Browser, invite
from tests.web.test_library import ADMIN_KEY
from tests.writing.test_purge import days_from_now, wait_until

Start = Callable[..., Running]


@pytest.fixture
def mail() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.stop()


def create_as(server: Running, email: str, title: str, *more: str, **fields: str) -> dict[str, str]:
    """Create a workshop as somebody who has just accepted an invitation."""
    browser = Browser(server)
    assert browser.accept(invite(server, email, *more))[0] == 200
    status, made = browser.call("POST", "/api/v1/workshops", {"title": title, **fields})
    assert status == 201, made
    return made


def test_the_owner_is_written_to_once_in_the_language_of_the_workshop(
    start: Start, database_url: str, mail: MailServer
) -> None:
    url = f"smtp://127.0.0.1:{mail.port}?from=boat@example.org"
    server = start(database_url=database_url, smtp_url=url, admin_key=ADMIN_KEY)
    server.create("À personne", purge_on=days_from_now(3))
    create_as(server, "odette@example.org", "Plus tard", purge_on=days_from_now(20))
    made = create_as(server, "rosa@example.org", "Où en sommes-nous ?", purge_on=days_from_now(3), language="fr")
    server.stop()
    server.start()  # it looks at once
    wait_until(lambda: bool(mail.letters))
    server.stop()
    server.start()
    wait_until(lambda: server.request("GET", "/readyz")[0] == 200)
    assert [(one["To"], one["From"]) for one in mail.letters] == [("rosa@example.org", "boat@example.org")]
    letter = mail.letters[0]
    assert str(letter["Subject"]).startswith("«\u00a0Où en sommes-nous ?\u00a0» sera effacé le ")
    text = letter.get_content()
    assert made["code"] in text
    assert "/library" in text
    visitor = Browser(server)
    visitor.get("/library")
    visitor.post("/library/open", key=ADMIN_KEY)
    page = visitor.get("/library")[1]
    assert "À personne" in page.partition("Soon to be erased")[2], "what nobody is written of is shown all the same"


def test_organisers_of_the_team_are_written_to_where_it_has_no_owner_any_more(
    start: Start, database_url: str, mail: MailServer
) -> None:
    server = start(database_url=database_url)
    slug = json.loads(server.speedboat("team", "add", "Éducation", "--json"))["slug"]
    team = ("--team", slug, "--as")
    for name, role in (("odette", "organiser"), ("dan", "facilitator")):
        Browser(server).accept(invite(server, f"{name}@example.org", *team, role))
    create_as(server, "rosa@example.org", "Atelier", *team, "facilitator", purge_on=days_from_now(3))
    server.speedboat("user", "disable", "rosa@example.org")
    server.stop()
    asked: list[list[str]] = []
    with contextlib.closing(Store(database_url)) as store:
        assert remind_all(store, now(), lambda _, addresses: asked.append(addresses)) == 1
        assert remind_all(store, now(), lambda _, addresses: asked.append(addresses)) == 0
    assert asked == [["odette@example.org"]]


def test_a_mail_that_could_not_be_sent_is_sent_later(start: Start, database_url: str, mail: MailServer) -> None:
    server = start(database_url=database_url)
    for n in range(3):
        create_as(server, f"rosa{n}@example.org", f"Atelier {n}", purge_on=days_from_now(3 + n))
    server.stop()
    mailer = Mailer.of(f"smtp://127.0.0.1:{mail.port}", "example.org")
    sent = 0

    def send(_: object, addresses: list[str]) -> None:
        nonlocal sent
        mailer.send(addresses[0], "Atelier", "…")
        sent += 1
        mail.refuses = sent == 1

    with contextlib.closing(Store(database_url)) as store:
        assert remind_all(store, now(), send) == 1
        mail.refuses = False
        sent = 1
        assert remind_all(store, now(), send) == 2
    assert [one["To"] for one in mail.letters] == [f"rosa{n}@example.org" for n in range(3)]


def test_a_password_goes_over_tls_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate(tmp_path)))
    safe, open_one = MailServer(tmp_path, "p@ss"), MailServer()
    try:
        Mailer.of(f"smtp://boat:p%40ss@127.0.0.1:{safe.port}", "example.org").send("a@b.org", "é", "…")
        assert [one["Subject"] for one in safe.letters] == ["é"]
        with pytest.raises(smtplib.SMTPAuthenticationError):
            Mailer.of(f"smtp://boat:wrong@127.0.0.1:{safe.port}", "example.org").send("a@b.org", "é", "…")
        monkeypatch.setattr("speedboat.mail.smtp.ITSELF", ())
        with pytest.raises(smtplib.SMTPException, match="offers no TLS"):
            Mailer.of(f"smtp://boat:p%40ss@127.0.0.1:{open_one.port}", "example.org").send("a@b.org", "é", "…")
        monkeypatch.delenv("SSL_CERT_FILE")
        with pytest.raises(ssl.SSLCertVerificationError):
            Mailer.of(f"smtp://127.0.0.1:{safe.port}", "example.org").send("a@b.org", "é", "…")
    finally:
        for server in (safe, open_one):
            server.stop()


def now() -> int:
    """Milliseconds since the epoch."""
    return int(time.time() * 1000)
