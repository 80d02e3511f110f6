"""Who is signed in, by a cookie: beginning and ending it, and what a browser is called in the list of those signed in.

Workshops use none of this: people take part and facilitate by tokens and keys.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, Response, after_this_request, current_app, g, request, session

from speedboat.access.keys import secret_hash
from speedboat.accounts import sign_ins
from speedboat.accounts.sign_ins import PasswordGuesses, SignedIn
from speedboat.domain.messages import Refused
from speedboat.services import Services
from speedboat.storage.account_queries import Account
from speedboat.web.context import YEAR, current_services, is_secure

T = TypeVar("T")

KNOWN = "known"  # the cookie with the proofs that somebody has signed in here before
# What a browser calls itself, and its name: the first that fits, since most pretend to be others, too.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def attach(app: Flask, services: Services) -> None:
    """Prepare the limits on wrong passwords."""
    app.extensions["password_guesses"] = PasswordGuesses(
        services.steady, services.serving.waiter, services.config.secret_key
    )


def password_guesses() -> PasswordGuesses:
    """Return the limits on wrong passwords of this application."""
    limits: PasswordGuesses = current_app.extensions["password_guesses"]
    return limits


def off_loop(fn: Callable[..., T], *args: object, **arguments: object) -> T:
    """Run a blocking function on the store in a native thread, without blocking the event loop."""
    services = current_services()
    return services.serving.off_loop(lambda: fn(services.store, *args, **arguments))


def signed_in() -> SignedIn | None:
    """Return who is signed in with the request's cookie."""
    if "signed_in" not in g:
        secret = request.cookies.get(cookie_name(), "")
        g.signed_in = off_loop(sign_ins.find_sign_in, secret, current_services().clock()) if secret else None
    who: SignedIn | None = g.signed_in
    return who


def required() -> SignedIn:
    """Return who is signed in. Raises Refused: `sign_in_first` for everybody else."""
    who = signed_in()
    if who is None:
        raise Refused("sign_in_first")
    return who


def sign_in(account: Account) -> None:
    """Sign an account in: a new secret for the browser, a new CSRF token; what it brought before ends."""
    before = request.cookies.get(cookie_name(), "")
    device, now = device_name(request.headers.get("User-Agent", "")), current_services().clock()
    secret = off_loop(sign_ins.begin_sign_in, account, device, now, before)
    proofs = password_guesses().proofs(account.email, request.cookies.get(KNOWN, ""))
    session.pop("csrf_token", None)

    @after_this_request
    def keep(response: Response) -> Response:
        for name, value, seconds in ((cookie_name(), secret, sign_ins.LIFE // 1000), (KNOWN, proofs, YEAR)):
            # Lax, since a single sign-on comes back from another site; nothing is changed by GET.
            response.set_cookie(name, value, seconds, secure=is_secure(), httponly=True, samesite="Lax")
        return response


def sign_out() -> None:
    """End the sign-in of this browser."""
    secret = request.cookies.get(cookie_name(), "")
    if not secret:
        return
    if who := signed_in():
        off_loop(sign_ins.end_sign_ins, who.account.id, only=secret_hash(secret))
    g.signed_in = None

    @after_this_request
    def forget(response: Response) -> Response:
        response.delete_cookie(cookie_name(), secure=is_secure(), httponly=True, samesite="Lax")
        return response


def cookie_name() -> str:
    """Return the cookie's name; over TLS one that no other host, and no page without TLS, can set (ASVS 3.4.4)."""
    return "__Host-sign_in" if is_secure() else "sign_in"


def device_name(agent: str) -> str:
    """Return what to call a browser by what it says of itself, as far as that is known: "Firefox, Windows"."""
    named = [next((name for sign, name in table if sign in agent), "") for table in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in named if name)
