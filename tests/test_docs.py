"""The documentation says what the code does: a test fails when a command, record, field or setting is missing there.

`python -m tests.test_docs` writes two tables into docs/protocol.md, who may do what when and the refusals, and the JSON
schema of the commands into docs/commands.schema.json.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import msgspec
import pytest

from speedboat.accounts.rights import TEAM_RIGHTS, WORKSHOP_RIGHTS
from speedboat.config import Config
from speedboat.domain.messages import PHASES
from speedboat.domain.records import RECORDS, Progress, Settings, Timer
from speedboat.domain.rules import COMMANDS, PERMISSIONS, AnyCommand
from speedboat.i18n.error_messages import SENTENCES
from speedboat.web.api import STATUS

ROOT = Path(__file__).parent.parent
PROTOCOL = ROOT / "docs" / "protocol.md"
SCHEMA = ROOT / "docs" / "commands.schema.json"
TITLE = "### Who may do what when\n\n"
REFUSALS = "## Refusals\n\n"
SECURITY = ROOT / "docs" / "security.md"
RIGHTS = "## Who may do what with workshops and teams\n\n"
DOCUMENTS = sorted([*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")])
# Refusals that REST never gives: where they come instead.
ELSEWHERE = {
    **dict.fromkeys(("bad_admin_key", "different_formats", "library_closed", "too_many_workshops"), "library: 403"),
    "unknown_summary": "page: 404",
    "unknown_message": "sockets only",
    **dict.fromkeys(("bad_rows", "broken_log", "not_an_export", "unknown_version"), "command line: import"),
    **dict.fromkeys(("bad_identity", "bad_recipient", "encrypted_backup"), "command line: backup, restore"),
    **dict.fromkeys(("broken_backup", "broken_deletions", "not_a_backup", "not_empty"), "command line: restore"),
    "not_a_plain_file": "command line",
    **dict.fromkeys(("account_disabled", "account_exists", "bad_email", "unknown_account"), "command line: user"),
    **dict.fromkeys(("password_common", "password_long", "password_short"), "page: 422"),
    "bad_password": "page: 403",
    "last_organiser": "page: 403",
    "not_allowed": "page: 403",
    "unknown_invitation": "page: 404",
}
# A path from the root of the repository, between backticks, and a test in a file.
PATH = re.compile(r"`((?:speedboat|static|tests|docs|bench|deploy|templates|locks)/[\w./-]*)`")
TEST = re.compile(r"`(tests/[\w/]+\.py::\w+)`")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[\w-]*)?\)")


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


def refusal_table() -> str:
    lines = ["| code | status over REST | sentence |", "|---|---|---|"]
    for code in sorted(SENTENCES):
        # Another sentence for a code whose limit is shared by all who came from one device.
        if code.removesuffix("_on_device") == code or code.removesuffix("_on_device") not in SENTENCES:
            lines.append(f"| `{code}` | {ELSEWHERE.get(code) or STATUS.get(code, 422)} | {SENTENCES[code]} |")
    return "\n".join(lines)


def rights_table() -> str:
    relations = ("administrator", "organiser", "owner", "guest", "keyholder", "facilitator")
    lines = ["| act | " + " | ".join(relations) + " |", "|---" * (len(relations) + 1) + "|"]
    for act, allowed in (WORKSHOP_RIGHTS | TEAM_RIGHTS).items():
        lines.append(f"| `{act}` | " + " | ".join("yes" if each in allowed else "" for each in relations) + " |")
    return "\n".join(lines)


def test_the_table_of_who_may_what_with_workshops_and_teams_is_printed() -> None:
    text = SECURITY.read_text(encoding="utf-8")
    assert _with(text, RIGHTS, rights_table()) == text, "python -m tests.test_docs"


def with_table(text: str) -> str:
    return _with(_with(text, TITLE, permission_table().rstrip("\n")), REFUSALS, refusal_table())


def _with(text: str, title: str, table: str) -> str:
    """The text with the first table after this title written anew."""
    before, after = text.split(title)
    lead, rest = after[: after.index("|")], after[after.index("|") :]
    return before + title + lead + table + (rest[rest.index("\n\n") :] if "\n\n" in rest else "\n")


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
    assert _with(text, TITLE, permission_table().rstrip("\n")) == text, "python -m tests.test_docs"


def test_the_table_of_refusals_is_printed_in_the_protocol() -> None:
    text = PROTOCOL.read_text(encoding="utf-8")
    assert _with(text, REFUSALS, refusal_table()) == text, "python -m tests.test_docs"


def test_every_status_is_that_of_a_refusal_that_exists() -> None:
    assert STATUS.keys() <= SENTENCES.keys()
    assert ELSEWHERE.keys() <= SENTENCES.keys() - STATUS.keys()


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
        re.findall(
            r'read\.(?:text|number|whole|checked|choice|open_creation)\("(\w+)"',
            (ROOT / "speedboat/config/settings.py").read_text(encoding="utf-8"),
        )
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


# --- references -----------------------------------------------------------------------------------------------------


def test_every_test_that_the_documents_name_exists() -> None:
    there = {
        f"{path.relative_to(ROOT)}::{name}"
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.M)
    }
    named = {document: set(TEST.findall(document.read_text(encoding="utf-8"))) for document in DOCUMENTS}
    assert named[ROOT / "docs/security.md"]
    assert named[ROOT / "docs/deploy.md"]
    missing = {str(document): tests - there for document, tests in named.items() if tests - there}
    assert not missing


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_path_and_every_link_in_a_document_leads_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    paths = [ROOT / path for path in PATH.findall(text)]
    links = [document.parent / link for link in LINK.findall(text) if "://" not in link]
    assert not [str(place) for place in [*paths, *links] if not place.exists()]


def test_contributing_says_where_to_make_at_least_twenty_everyday_changes() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = text.split("| to change … | open … |\n|---|---|\n")[1].split("\n\n")[0].splitlines()
    assert len(table) >= 20
    assert [line for line in table if not PATH.findall(line)] == []
    assert "CONTRIBUTING.md" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_file_in_the_tree_of_the_readme_exists() -> None:
    block = (ROOT / "README.md").read_text(encoding="utf-8").split("## Where things are")[1].split("```")[1]
    folders: dict[int, Path] = {-2: ROOT}
    named = 0
    for line in block.strip("\n").splitlines():
        head = re.match(r"( *)((?:[\w.-]+/)*[\w.-]*)", line)
        assert head
        indent = len(head[1])
        parent = folders[max(depth for depth in folders if depth < indent)]
        # A file alone on its line heads it; others may follow, or stand in the comment beside their folder.
        if head[2].endswith("/"):
            folders = {depth: folder for depth, folder in folders.items() if depth < indent} | {
                indent: parent / head[2]
            }
            parent = folders[indent]
            assert parent.is_dir(), parent
        for name in re.findall(r"(?<![\w./])(?:[\w-]+/)*[\w-]+\.(?:py|jsx?|css|html|typ)\b", line):
            named += 1
            assert (parent / name).exists() or (ROOT / name).exists(), f"{parent / name}: {line}"
    assert named > 60


def test_the_picture_in_contributing_has_every_package() -> None:
    picture = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("```")[1]
    packages = {path.parent.name for path in (ROOT / "speedboat").glob("*/__init__.py")}
    assert packages <= set(re.findall(r"\w+", picture))


def test_decisions_are_numbered_without_holes_and_listed() -> None:
    folder = ROOT / "docs/adr"
    decisions = sorted(folder.glob("0*.md"))
    numbers = list(range(1, len(decisions) + 1))
    assert [int(decision.name[:4]) for decision in decisions] == numbers
    titles = [decision.read_text(encoding="utf-8").split(". ")[0] for decision in decisions]
    assert titles == [f"# {number}" for number in numbers]
    rows = re.findall(r"^\| \[(\d+)\]\(([\w-]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8"), re.M)
    assert rows == [(str(number), decision.name) for number, decision in zip(numbers, decisions, strict=True)]


def test_every_decision_that_the_code_names_exists() -> None:
    sources = [path for folder in ("speedboat", "bench", "tests", "static/src") for path in (ROOT / folder).rglob("*")]
    named = [
        (path.name, decision)
        for path in sources
        if path.suffix in (".py", ".js", ".jsx", ".css", ".c", ".mjs")
        for decision in re.findall(r"docs/adr/([\w.-]+\.md)", path.read_text(encoding="utf-8"))
    ]
    assert named
    assert [name for name in named if not (ROOT / "docs/adr" / name[1]).exists()] == []


if __name__ == "__main__":
    PROTOCOL.write_text(with_table(PROTOCOL.read_text(encoding="utf-8")), encoding="utf-8")
    SCHEMA.write_text(schema(), encoding="utf-8")
    SECURITY.write_text(_with(SECURITY.read_text(encoding="utf-8"), RIGHTS, rights_table()), encoding="utf-8")


def test_the_oldest_browsers_are_those_the_build_is_written_for() -> None:
    target = re.findall(r"'(chrome|firefox|safari)(\d+)'", (ROOT / "static/build.mjs").read_text(encoding="utf-8"))
    rows = re.findall(
        r"^\| (Chrome|Firefox|Safari)[^|]*\| (\d+) \|", (ROOT / "docs/browsers.md").read_text(encoding="utf-8"), re.M
    )
    assert {name.lower(): version for name, version in rows} == dict(target)
