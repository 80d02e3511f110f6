"""Twenty connections of one person vote at once, on two processes and both databases: no vote too many."""

from __future__ import annotations

import threading
from collections.abc import Callable

from tests.support.live_server import Person, Running, theme_id

CONNECTIONS = 20


def test_nobody_exceeds_their_votes_however_fast_they_click(start: Callable[..., Running], database_url: str) -> None:
    servers = [start(database_url=database_url), start(database_url=database_url)]
    made = servers[0].create()
    alice = Person(servers[0].url, made["code"], key=made["key"]).join()
    bob = Person(servers[0].url, made["code"], name="Bob").join()
    themes = [theme_id() for _ in range(4)]
    alice.do("set_phase", phase="group")
    for theme in themes:
        alice.do("add_theme", theme=theme, title="Thème", cards=[])
    alice.do("set_phase", phase="vote")
    clicking = [Person(servers[n % 2].url, made["code"], token=bob.auth["token"]).join() for n in range(CONNECTIONS)]
    outcomes: list[str] = []

    def click(person: Person, n: int) -> None:
        for count in (1, 2, 3, 4):
            answer = person.ask("vote", target=themes[(n + count) % len(themes)], count=count)
            outcomes.append("ok" if answer["ok"] else answer["error"]["code"])

    threads = [threading.Thread(target=click, args=(person, n)) for n, person in enumerate(clicking)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(outcomes) <= {"ok", "votes_spent", "too_many_on_theme"}
    assert len(outcomes) == 4 * CONNECTIONS
    last = alice.do("set_phase", phase="cut")["seq"]
    totals = [alice.up_to(last).records.get(f"vote:{theme}", {}).get("total", 0) for theme in themes]
    assert sum(totals) <= 5
    assert max(totals) <= 3
    for person in (alice, bob, *clicking):
        person.up_to(last)
        person.leave()
