"""Commented records to fill in, and the field reference: both generated from the record types."""

from __future__ import annotations

import types
import typing
from pathlib import Path

from pydantic_core import PydanticUndefined

from .records import KINDS, LISTS, TYPES, Record


def _inner(annotation):
    """The record types and plain names inside an annotation: (types, is a list)."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return _inner(typing.get_args(annotation)[0])
    if origin is tuple:
        return _inner(typing.get_args(annotation)[0])[0], True
    if origin in (typing.Union, types.UnionType):
        found = [each for each in typing.get_args(annotation) if each is not type(None)]
        return [kind for each in found for kind in _inner(each)[0]], False
    if origin is typing.Literal:
        return [" · ".join(typing.get_args(annotation))], False
    return [annotation], False


def _form(field) -> str:
    """How a field is written, in words: 'list of Fact', 'text', 'one of …'."""
    inner, many = _inner(field.annotation)
    many = many or any(typing.get_origin(each) is tuple for each in [field.annotation])
    names = []
    for each in inner:
        if isinstance(each, str):
            names.append(f"one of {each}")
        elif isinstance(each, type) and issubclass(each, Record):
            names.append(each.__name__)
        else:
            names.append({"str": "text", "bool": "true or false", "int": "whole number", "Decimal": "number"}.get(each.__name__, each.__name__))
    form = " or ".join(dict.fromkeys(names))
    return f"list of {form}" if many else form


def _required(field) -> bool:
    return field.default is PydanticUndefined and field.default_factory is None


def write(root: Path, kind: str, id: str) -> str:
    """Write a commented record to fill in."""
    path = root / "data" / kind / f"{id}.yml"
    if path.exists():
        raise SystemExit(f"{path.relative_to(root)} exists already; edit it")
    lines = [f"# {KINDS[kind].__doc__.splitlines()[0]}", "# Fill in, delete what you do not need, then: make check. Fields: data/README.md"]
    for name, field in KINDS[kind].model_fields.items():
        if name == "id":
            continue
        comment = f"{_form(field)}{'' if _required(field) else ' (optional)'}. {field.description or ''}".strip()
        lines += ["", f"# {comment}", f"{'' if _required(field) else '# '}{name}:{_example(field)}"]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return f"{path.relative_to(root)} is ready to be filled in"


def _example(field) -> str:
    form = _form(field)
    if form.startswith("list of Citation"):
        return " [{source: , locator: }]"
    if "Text" in form and not form.startswith("list"):
        return "\n  en: \n  zh: " if _required(field) else "  {en: , zh: }"
    if form.startswith("list"):
        return " []"
    return " "


def reference() -> str:
    """data/README.md: every record type with its fields, from the descriptions in fields.py, records.py and lists.py."""
    lines = ["# The data set: field reference", "",
             "Generated from `fields.py`, `records.py` and `lists.py` of `scripts/sitegen/` by `make reference`; a test keeps it true. One record per file; the file name is the id is the address.",
             f"Every folder holds one kind of record; the lists stand in {', '.join(f'`{name}.yml`' for name in LISTS)} and `withheld.yml`.", "",
             "YAML is strict: no duplicate keys, aliases or tags; quote dates and arXiv numbers. `make check` shows every problem with file and line.", ""]
    kinds = {type_: f"`data/{kind}/<id>.yml`" for kind, type_ in KINDS.items()} | {type_: f"an entry of `data/{kind}.yml`" for kind, type_ in LISTS.items()}
    for type_ in sorted(TYPES, key=lambda each: (each not in kinds, each.__name__)):
        lines += [f"## {type_.__name__}", "", " ".join(type_.__doc__.split()) + (f" File: {kinds[type_]}." if type_ in kinds else ""), "",
                  "| field | form | needed | what it holds |", "|---|---|---|---|"]
        for name, field in type_.model_fields.items():
            if name == "id" and type_ in KINDS.values():
                continue
            lines.append(f"| `{name}` | {_form(field)} | {'yes' if _required(field) else ''} | {(field.description or '').replace('|', chr(92) + '|')} |")
        lines.append("")
    return "\n".join(lines)
