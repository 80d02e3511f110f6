"""Sends mail by the SMTP server of `SPEEDBOAT_SMTP_URL`. Blocks: for native threads only."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

PATIENCE = 20.0  # seconds for each answer of the server
ITSELF = ("localhost", "127.0.0.1", "::1")  # nothing listens on the way there


class Mailer(NamedTuple):
    """A mail server, and whom mail is from.

    Attributes:
        tls: `smtps`: TLS from the beginning. Else it begins once the server offers it; a password is sent only then.
    """

    host: str
    port: int
    user: str
    password: str
    tls: bool
    sender: str

    @classmethod
    def of(cls, url: str, host_name: str) -> Mailer:
        """Read an address that `smtp_address` has checked; `host_name` is behind the @ of a sender it does not name."""
        parts = urlsplit(url)
        tls = parts.scheme == "smtps"
        sender = parse_qs(parts.query).get("from", [f"speedboat@{host_name}"])[0]
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname or "", parts.port or (465 if tls else 587), user, password, tls, sender)

    def send(self, to: str, subject: str, text: str) -> None:
        """Send a message in plain text.

        Raises:
            OSError: the server cannot be reached, or refuses; `smtplib.SMTPException` is one of these.
        """
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, to, subject
        message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=self.sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answer of an absent person
        message.set_content(text)
        with self._connect() as server:
            server.send_message(message)

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.tls:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=PATIENCE, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=PATIENCE)
        try:
            is_safe = self.tls or self.host in ITSELF
            server.ehlo()
            if not self.tls and server.has_extn("starttls"):
                server.starttls(context=context)
                is_safe = True
            if self.user:
                if not is_safe:
                    raise smtplib.SMTPException("the mail server offers no TLS: the password is not sent")
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server
