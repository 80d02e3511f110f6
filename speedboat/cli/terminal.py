"""Printing to a terminal safely: no text of a person can move the cursor, colour the screen or fake a line.

A terminal obeys control characters (ECMA-48), and reverses what follows a change of direction (Unicode UAX #9).
"""

from __future__ import annotations

import json
import re
import sys
from io import TextIOWrapper
from typing import BinaryIO

import click

from speedboat.domain.validation import one_line, without_controls

OBEYED = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")  # JSON itself escapes what is below a space


def allow_all_characters() -> None:
    """Make the output print "?" for what it cannot encode, as that of Windows or of a log often cannot."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def can_print(text: str) -> bool:
    """Whether standard output has all characters of a text."""
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except (UnicodeError, LookupError):
        return False
    return True


def say(line: str, *, err: bool = False) -> None:
    """Print one line, and never more, whatever is in it."""
    click.echo(one_line(line), err=err)


def say_json(value: object, indent: int | None = None) -> None:
    """Print JSON that decodes to `value` exactly, with what a terminal would obey, or lacks, written as escapes."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    if not can_print(text):
        text = json.dumps(value, indent=indent)
    click.echo(OBEYED.sub(lambda match: f"\\u{ord(match[0]):04x}", text))


def failure(message: str) -> click.ClickException:
    """Return an error that ends the command with this message, safe for a terminal."""
    return click.ClickException("\n".join(one_line(line) for line in message.split("\n")))


def put_out(data: bytes, output: BinaryIO | None = None) -> None:
    """Write a file's bytes to standard output: unchanged to a pipe, without control characters to a terminal."""
    output = output or sys.stdout.buffer
    output.write(without_controls(data.decode("utf-8", "replace")).encode() if output.isatty() else data)
    output.flush()
