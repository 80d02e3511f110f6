"""A mail server that keeps what it is sent, with TLS and a password if that is asked for."""

from __future__ import annotations

import email
import email.policy
import ssl
import subprocess
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.support.database_servers import free_port


class MailServer:
    """Takes mail for anybody; `letters` holds what has come, `refuses` makes it refuse all of it."""

    def __init__(self, folder: Path | None = None, password: str = "") -> None:
        self.letters: list[EmailMessage] = []
        self.refuses = False
        options: dict[str, Any] = {}
        if folder:
            options["tls_context"] = context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
        if password:
            options |= {"auth_required": True, "auth_require_tls": True}
            options["authenticator"] = lambda *of: _allowed(of[-1], password)
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port(), **options)
        self._controller.start()
        self.port: int = self._controller.port

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:
        if self.refuses:
            return "451 Try again later"
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.letters.append(message)
        return "250 OK"

    def stop(self) -> None:
        self._controller.stop()


def _allowed(data: Any, password: str) -> AuthResult:
    return AuthResult(handled=False, success=isinstance(data, LoginPassword) and data.password == password.encode())


def certificate(folder: Path) -> Path:
    """Make a certificate for 127.0.0.1; return its file."""
    making = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=mail"]
    making += ["-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run([*making, *files], check=True, capture_output=True, timeout=60)
    return folder / "cert.pem"
