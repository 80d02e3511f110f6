"""Before a summary leaves it is announced, read and reworded; its link opens, expires, is listed and ended."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from sqlalchemy import create_engine, text

from tests.storage.test_erased_text import StoredDigest, open_to_all, token
from tests.support.live_server import Person, Running
from tests.support.pages import Browser
from tests.web.test_library import ADMIN_KEY

Start = Callable[..., Running]


def page_of(server: Running, secret: str) -> tuple[int, str]:
    status, headers, body = server.request("GET", f"/s/{secret}?lang=en")
    assert "noindex" in headers["X-Robots-Tag"]
    return status, body.decode()


def let_pass(url: str, **times: int) -> None:
    """Move the times of every link."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for column, at in times.items():
            connection.execute(text(f"UPDATE workshops SET {column} = :at"), {"at": at})
    engine.dispose()


def test_a_summary_is_read_in_the_room_before_its_link_opens(start: Start, database_url: str) -> None:
    server = start(database_url=database_url)
    made, words, others, hers, better = server.create(), token(), token(), token(), token()
    alice = Person(server.url, made["code"], name=token(), key=made["key"]).join()
    bob = Person(server.url, made["code"], name=token()).join()
    open_to_all(alice)
    mine, gone = bob.add(words), bob.add(others)
    alice.add(hers)
    alice.do("set_phase", phase="closed")
    assert bob.refusal_of("reword", target=mine, text=better) == "not_announced"
    secret = alice.do("share_summary", shared=True, wait=15, days=30)["secret"]
    status, page = page_of(server, secret)
    assert (status, "not published yet" in page, words in page) == (404, True, False)
    bob.sees("workshop", shared=True)
    opens, until = (bob.records["workshop"][name] for name in ("shared_from", "shared_until"))
    assert until - opens == 30 * 86_400_000
    bob.do("reword", target=mine, text=better)
    bob.do("take_back", record=gone)
    alice.sees(mine, text=better)
    alice.sees_no(gone)
    StoredDigest(database_url).until_none_of([others])
    let_pass(database_url, summary_opens=1)
    status, page = page_of(server, secret)
    assert status == 200
    assert (better in page, hers in page, words in page, others in page) == (True, True, False, False)
    assert 'name="robots" content="noindex' in page
    assert not [name for name in (alice.me["name"], bob.me["name"]) if name in page], "no participant is named"
    assert "This link shows the summary until" in page
    let_pass(database_url, summary_expires=2)
    assert page_of(server, secret)[0] == 404
    for person in (alice, bob):
        person.leave()


def test_an_expired_link_is_another_one_when_it_is_shared_again(start: Start) -> None:
    server = start()
    made = server.create()
    alice = Person(server.url, made["code"], name="Alice", key=made["key"]).join()
    first = alice.do("share_summary", shared=True)["secret"]
    assert alice.do("share_summary", shared=True)["secret"] == first
    alice.do("share_summary", shared=False)
    second = alice.do("share_summary", shared=True, days=1)["secret"]
    assert second != first
    assert (page_of(server, first)[0], page_of(server, second)[0]) == (404, 200)
    alice.leave()


def test_links_are_listed_and_ended_in_the_library(start: Start, database_url: str) -> None:
    server = start(database_url=database_url, admin_key=ADMIN_KEY)
    with contextlib.ExitStack() as leaving:
        secrets, codes = [], []
        for n in range(3):
            made = server.create(f"Atelier {n}")
            alice = Person(server.url, made["code"], name="Alice", key=made["key"]).join()
            leaving.callback(alice.leave)
            codes.append(made["code"])
            secrets.append(alice.do("share_summary", shared=True, days=30 - n)["secret"])
        browser = Browser(server)
        assert browser.get("/library/summaries")[0] == 403
        browser.post("/library/open", key=ADMIN_KEY)
        page = browser.get("/library/summaries")[1]
        assert sorted(codes, key=page.index) == codes[::-1], "the next to expire is first"
        assert browser.post(f"/library/{codes[0]}/end-summary")[0] == 200
        assert [page_of(server, secret)[0] for secret in secrets] == [404, 200, 200]
        page = browser.get("/library/summaries")[1]
        assert [code in page for code in codes] == [False, True, True]
        let_pass(database_url, summary_expires=2)
        assert "No summary is shared." in browser.get("/library/summaries")[1]
