"""static/src/wire.d.ts from the records of speedboat/domain/records.py: `python static/wire_types.py [--check]`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import msgspec
from msgspec import inspect

from speedboat.domain.records import RECORDS, Patch

FILE = Path(__file__).parent / "src" / "wire.d.ts"


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


def interface(name: str, kind: Any, named: dict[str, Any]) -> str:
    lines = [f"  {kind.tag_field}: {json.dumps(kind.tag)};"] if kind.tag else []
    for field in kind.fields:
        optional = "?" if _may_be_absent(field) else ""
        lines.append(f"  {field.encode_name}{optional}: {typescript(_present(field), named)};")
    return f"export interface {name} {{\n" + "\n".join(lines) + "\n}\n"


def _may_be_absent(field: Any) -> bool:
    """Whether the field is left out where nothing is known: msgspec tells of UNSET as of no default at all."""
    no_default = field.default_factory is msgspec.NODEFAULT and field.default in (msgspec.UNSET, msgspec.NODEFAULT)
    return not field.required and no_default


def _present(field: Any) -> Any:
    """The type of a field where it is present: absence is said by the question mark."""
    kind = field.type
    if isinstance(kind, inspect.UnionType):
        kept = tuple(one for one in kind.types if not isinstance(one, inspect.CustomType | inspect.AnyType))
        return kept[0] if len(kept) == 1 else inspect.UnionType(kept)
    return kind


def generate() -> str:
    named: dict[str, Any] = {}
    patch = inspect.type_info(Patch)
    typescript(patch, named)
    out = ["// Made by static/wire_types.py from speedboat/domain/records.py: do not edit.\n"]
    done: set[str] = set()
    while todo := [name for name in named if name not in done]:
        for name in todo:
            done.add(name)
            out.append(interface(name, named[name], named))
    out.append("export type AnyRecord =\n  | " + "\n  | ".join(record.__name__ for record in RECORDS) + ";\n")
    return "\n".join(out)


if __name__ == "__main__":
    if "--check" in sys.argv:
        if FILE.read_text() != generate():
            sys.exit(f"{FILE.name} is not what the records say: python static/wire_types.py")
    else:
        FILE.write_text(generate())
