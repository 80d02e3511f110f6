"""Generate what the browser knows of the protocol from `speedboat/domain`: `python static/wire_types.py [--check]`.

`static/src/wire/wire.d.ts` has the types of records, commands and answers; `permissions.js` who may do what when,
`phases.js` the phases in their order, `scene.js` the numbers of the scene.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec
from msgspec import inspect

from speedboat.domain import scene
from speedboat.domain.messages import PHASES, Phase
from speedboat.domain.records import RECORDS, Patch
from speedboat.domain.rules import COMMANDS, PERMISSIONS

SOURCES = Path(__file__).parent / "src" / "wire"
ANSWERS = """\
/** A command of an inverse: as it is sent, but for its id. */
export type Inverse = AnyCommand extends infer C ? (C extends AnyCommand ? Omit<C, "id"> : never) : never;

export interface ErrorAnswer {
  code: string;
  message: string;
  field?: string;
  [detail: string]: unknown;
}

/** `key` answers renew_key, `secret` share_summary, `erased_by` take_back in an anonymous workshop. */
export type Answer =
  | { ok: true; seq: number; inverse?: Array<Inverse>; key?: string; secret?: string; erased_by?: number }
  | { ok: false; error: ErrorAnswer };
"""


def typescript(kind: Any, named: dict[str, Any]) -> str:
    """The TypeScript of a type; structs it meets are put into `named`."""
    match kind:
        case inspect.NoneType():
            return "null"
        case inspect.BoolType():
            return "boolean"
        case inspect.IntType() | inspect.FloatType():
            return "number"
        case inspect.StrType():
            return "string"
        case inspect.LiteralType(values=values):
            return " | ".join(json.dumps(value) for value in values)
        case inspect.ListType(item_type=of):
            return f"Array<{typescript(of, named)}>"
        case inspect.DictType(key_type=key, value_type=value):
            return f"Partial<Record<{typescript(key, named)}, {typescript(value, named)}>>"
        case inspect.UnionType(types=types):
            return " | ".join(typescript(one, named) for one in types)
        case inspect.StructType(cls=cls):
            named.setdefault(cls.__name__, kind)
            return str(cls.__name__)
    raise TypeError(kind)


def interface(name: str, kind: Any, named: dict[str, Any], optional_if: Callable[[Any], bool]) -> str:
    lines = [f"  {kind.tag_field}: {json.dumps(kind.tag)};"] if kind.tag else []
    for field in kind.fields:
        optional = "?" if optional_if(field) else ""
        lines.append(f"  {field.encode_name}{optional}: {typescript(_present(field), named)};")
    return f"export interface {name} {{\n" + "\n".join(lines) + "\n}\n"


def _may_be_absent(field: Any) -> bool:
    """Whether the field is left out where nothing is known: msgspec tells of UNSET as of no default at all."""
    no_default = field.default_factory is msgspec.NODEFAULT and field.default in (msgspec.UNSET, msgspec.NODEFAULT)
    return not field.required and no_default


def _may_be_left_out(field: Any) -> bool:
    """Whether who sends this may leave it out: unlike a reader, they need not know the default."""
    return not field.required


def _present(field: Any) -> Any:
    """The type of a field where it is present: absence is said by the question mark."""
    kind = field.type
    if isinstance(kind, inspect.UnionType):
        types = tuple(one for one in kind.types if not isinstance(one, inspect.CustomType | inspect.AnyType))
        return types[0] if len(types) == 1 else inspect.UnionType(types)
    return kind


def wire_types() -> str:
    named: dict[str, Any] = {}
    typescript(inspect.type_info(Patch), named)
    out = ["// Made by static/wire_types.py from speedboat/domain: do not edit.\n"]
    done: set[str] = set()
    while todo := [name for name in named if name not in done]:
        for name in todo:
            done.add(name)
            out.append(interface(name, named[name], named, _may_be_absent))
    out.append(union("AnyRecord", (record.__name__ for record in RECORDS)))
    names = {name: "".join(map(str.capitalize, name.split("_"))) + "Command" for name in COMMANDS}
    for name, command in COMMANDS.items():
        out.append(interface(names[name], inspect.type_info(command), {}, _may_be_left_out))
    out.append(union("AnyCommand", names.values()))
    return "\n".join([*out, ANSWERS])


def union(name: str, types: Iterable[str]) -> str:
    return f"export type {name} =\n  | " + "\n  | ".join(types) + ";\n"


def permissions() -> str:
    """Phases by their place in PHASES: for participants, for facilitators, and 1 for who may while it is locked."""
    lines = [
        "// Made by static/wire_types.py from speedboat/domain: do not edit.",
        "",
        "/** Of each command: the phases of participants, those of facilitators, both as digits that are places in",
        " * PHASES, and 1 where participants still may while the board is locked.",
        " * @type {Record<string, [string, string, 0 | 1]>} */",
        "export const PERMISSIONS = {",
    ]
    for name, may in PERMISSIONS.items():
        lines.append(f"  {name}: ['{_digits(may.participants)}', '{_digits(may.facilitators)}', {int(may.locked)}],")
    return "\n".join([*lines, "};"]) + "\n"


def _digits(phases: Iterable[Phase]) -> str:
    return "".join(str(PHASES.index(phase)) for phase in phases)


def phases() -> str:
    """A file of its own: the big screen needs the phases, not who may do what in them."""
    names = ", ".join(f"'{phase}'" for phase in PHASES)
    return (
        "// Made by static/wire_types.py from speedboat/domain: do not edit.\n\n"
        "/** @type {Array<import('./wire').WorkshopRecord['phase']>} */\n"
        f"export const PHASES = [{names}];\n\n"
        "/** Whether a workshop has come as far as `first`. @param {string} phase\n"
        " * @param {typeof PHASES[number]} first */\n"
        "export const hasReached = (phase, first) =>\n"
        "  PHASES.findIndex((one) => one === phase) >= PHASES.indexOf(first);\n"
    )


def boat() -> str:
    """The numbers of the scene that both the server and the board place cards by, in its units."""
    zones = {kind: zone._asdict() for kind, zone in scene.ZONES.items()}
    frames = {kind: dict(zip(("left", "top", "right", "bottom"), of, strict=True)) for kind, of in scene.FRAMES.items()}
    kinds = "Record<import('./wire').CardRecord['kind'], { left: number, top: number, right: number, bottom: number"
    return "\n".join(
        [
            "// Made by static/wire_types.py from speedboat/domain: do not edit.",
            "",
            f"export const WIDTH = {scene.WIDTH:g};",
            f"export const HEIGHT = {scene.HEIGHT:g};",
            f"export const SEA_LEVEL = {scene.SEA_LEVEL:g};",
            f"export const KEEL = {{ x: {scene.KEEL.x:g}, y: {scene.KEEL.y:g} }};",
            f"export const HONESTY = {scene.HONESTY:g};",
            "/** @type {Array<import('./wire').CardRecord['kind']>} */",
            f"export const KINDS = {_script(scene.KINDS)};",
            "/** Where the centres of cards may lie, and on which side they weigh most.",
            f" * @type {{{kinds}, heaviest: 'bottom' | 'left' | 'right' }}>}} */",
            f"export const ZONES = {_script(zones)};",
            "/** Where notes may be drawn, edges included.",
            f" * @type {{{kinds} }}>}} */",
            f"export const FRAMES = {_script(frames)};",
            "",
        ]
    )


def _script(value: object) -> str:
    """JSON in the style of the scripts: no quotes around names, no `.0`."""
    text = json.dumps(value, separators=(", ", ": ")).replace(".0", "")
    return re.sub(r'"(\w+)":', r"\1:", text).replace('"', "'").replace("{", "{ ").replace("}", " }")


GENERATED = {"wire.d.ts": wire_types, "permissions.js": permissions, "phases.js": phases, "scene.js": boat}

if __name__ == "__main__":
    for name, generate in GENERATED.items():
        if "--check" not in sys.argv:
            (SOURCES / name).write_text(generate())
        elif (SOURCES / name).read_text() != generate():
            sys.exit(f"{name} is not what the domain says: python static/wire_types.py")
