"""The shared summary over HTTP: it shows no more than the big screen may."""

from __future__ import annotations

from tests.support.live_server import Person, Running, action_id, theme_id


def test_the_summary_page_says_how_many_answered(server: Running) -> None:
    made = server.create()
    alice = Person(server.url, made["code"], name="Alice", key=made["key"]).join()
    alice.do("set_phase", phase="group")
    target = theme_id()
    alice.do("add_theme", theme=target, title="Budget", cards=[alice.add()])
    alice.do("set_phase", phase="cut")
    alice.do("estimate", target=target, knots=41.5)
    alice.do("set_phase", phase="discuss")
    secret = alice.do("share_summary", shared=True)["secret"]
    status, _, page = server.request("GET", f"/s/{secret}?lang=en")
    text = page.decode()
    assert status == 200
    assert "1 answer: knots are shown from three on" in text
    assert "41.5" not in text
    alice.leave()


def test_an_action_whose_day_is_past_is_marked_until_it_is_done(server: Running) -> None:
    made = server.create()
    alice = Person(server.url, made["code"], name="Alice", key=made["key"]).join()
    alice.do("set_phase", phase="act")
    late, done = action_id(), action_id()
    for action, due in ((late, "2020-01-31"), (done, "2020-02-28"), (action_id(), "2199-01-01"), (action_id(), None)):
        alice.do("add_action", action=action, text=f"Avant {due}", owner="Alice", due=due, theme=None)
    alice.do("edit_action", action=done, state="done")
    secret = alice.do("share_summary", shared=True)["secret"]
    text = server.request("GET", f"/s/{secret}?lang=fr")[2].decode()
    assert text.count("échéance passée") == 1
    assert text.index("Avant 2020-01-31") < text.index("échéance passée")
    alice.leave()
