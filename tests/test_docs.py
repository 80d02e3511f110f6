"""The documentation says what the code does: a test fails when a command, record, field or setting is missing there.

`python -m tests.test_docs` writes the table of who may do what when into docs/protocol.md, and the JSON schema of the
commands into docs/commands.schema.json.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import msgspec
import pytest

from speedboat.config import Config
from speedboat.domain.messages import PHASES
from speedboat.domain.records import RECORDS, Progress, Settings, Timer
from speedboat.domain.rules import COMMANDS, PERMISSIONS, AnyCommand

ROOT = Path(__file__).parent.parent
PROTOCOL = ROOT / "docs" / "protocol.md"
SCHEMA = ROOT / "docs" / "commands.schema.json"
TITLE = "### Who may do what when\n\n"


def permission_table() -> str:
    lines = ["| command | participants | facilitators | while locked |", "|---|---|---|---|"]
    for name, may in PERMISSIONS.items():
        lines.append(
            f"| `{name}` | {_phases(may.participants)} | {_phases(may.facilitators)} | {'yes' if may.locked else ''} |"
        )
    return "\n".join(lines) + "\n"


def _phases(phases: tuple[str, ...]) -> str:
    if not phases:
        return "never"
    if phases == PHASES:
        return "always"
    missing = [phase for phase in PHASES if phase not in phases]
    return ", ".join(phases) if len(phases) <= 5 else "all but " + ", ".join(missing)


def with_table(text: str) -> str:
    before, after = text.split(TITLE)
    rest = after[after.index("\n\n") :] if after.startswith("|") else after.removeprefix("PERMISSIONS")
    return before + TITLE + permission_table().rstrip("\n") + rest


def schema() -> str:
    """The JSON schema of every command. Patterns are of ECMA-262 there, where "$" is the end and "\\Z" a letter."""
    (commands,), components = msgspec.json.schema_components([AnyCommand], ref_template="#/$defs/{name}")
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **commands, "$defs": components}
    return json.dumps(whole, indent=2, ensure_ascii=False).replace('\\\\Z"', '$"') + "\n"


def test_the_schema_of_the_commands_is_what_the_code_reads() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema(), "python -m tests.test_docs"


def test_the_schema_names_every_command_and_forbids_what_is_none() -> None:
    defined = json.loads(schema())["$defs"]
    by_name = {kind["properties"]["name"]["enum"][0]: kind for kind in defined.values()}
    assert by_name.keys() == COMMANDS.keys()
    assert not any(kind["additionalProperties"] for kind in by_name.values())
    assert "\\Z" not in "".join(kind["properties"]["id"]["pattern"] for kind in by_name.values())


def test_the_table_of_who_may_is_printed_in_the_protocol() -> None:
    text = PROTOCOL.read_text(encoding="utf-8")
    assert with_table(text) == text, "python -m tests.test_docs"


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_and_argument_is_in_the_protocol(name: str) -> None:
    text = PROTOCOL.read_text(encoding="utf-8").split("## Commands")[1].split(TITLE)[0]
    line = next(line for line in text.splitlines() if re.search(rf"^\|[^|]*`{name}`", line))
    for field in msgspec.structs.fields(COMMANDS[name]):
        if field.name != "id":
            assert field.encode_name in line.split("|", 2)[2], (name, field.encode_name)


@pytest.mark.parametrize("record", RECORDS)
def test_every_record_and_field_is_in_the_protocol(record: type[msgspec.Struct]) -> None:
    text = PROTOCOL.read_text(encoding="utf-8").split("## Records")[1]
    line = next(line for line in text.splitlines() if line.startswith(f"| `{record.__struct_config__.tag}`"))
    named = set(re.findall(r"\w+", line))
    assert {field.encode_name for field in msgspec.structs.fields(record)} - {"id", "seq"} <= named
    optional = {field.encode_name for field in msgspec.structs.fields(record) if field.default is msgspec.UNSET}
    assert optional == set(re.findall(r"(\w+)\?", line))


@pytest.mark.parametrize("inside", [Settings, Progress, Timer])
def test_what_is_inside_a_record_is_in_the_protocol(inside: type[msgspec.Struct]) -> None:
    text = PROTOCOL.read_text(encoding="utf-8")
    assert all(re.search(rf"\b{field.encode_name}\b", text) for field in msgspec.structs.fields(inside))


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    read = set(
        re.findall(r'read\.(?:text|number|whole)\("(\w+)"', (ROOT / "speedboat/config.py").read_text(encoding="utf-8"))
    )
    documented = set(
        re.findall(r"^\| `SPEEDBOAT_(\w+)`", (ROOT / "docs/configuration.md").read_text(encoding="utf-8"), re.M)
    )
    assert read == documented
    assert len(read) == len(Config.__dataclass_fields__)


def test_every_command_of_the_command_line_is_in_the_readme() -> None:
    from speedboat.cli.commands import main

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(f"speedboat {name}" in text for name in main.commands)


if __name__ == "__main__":
    PROTOCOL.write_text(with_table(PROTOCOL.read_text(encoding="utf-8")), encoding="utf-8")
    SCHEMA.write_text(schema(), encoding="utf-8")
