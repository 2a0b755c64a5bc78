"""Read data/**.yml into one typed, frozen Dataset, and remember which line every value came from.

Nothing is judged here beyond its form: what the record types of records.py do not allow. All problems of all
files are returned together.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import simplejson
import yaml
from pydantic import ValidationError

from .records import KINDS, LISTS, TYPES, Dataset

Path_ = tuple  # a path inside a record: ("facts", 0, "value")


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong, where it stands, and what to do about it."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass
class Lines:
    """Where values stand in their files: (kind, id) -> file, and path inside the record -> line."""

    files: dict[tuple[str, str], str] = field(default_factory=dict)
    lines: dict[tuple[str, str], dict[Path_, int]] = field(default_factory=dict)

    def problem(self, kind: str, id: str, path: Path_, message: str) -> Problem:
        """A Problem at the most precise line known for this path."""
        lines = self.lines.get((kind, id), {})
        while path and path not in lines:
            path = path[:-1]
        return Problem(self.files.get((kind, id), f"data/{kind}/{id}.yml"), lines.get(path, 1), message)


class _Loader(yaml.CSafeLoader):
    """PyYAML's C parser with the YAML 1.2 core types only: `no` and 2024-05-06 stay text."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("null", r"null|~|", ["n", "~", ""]),
    ("int", r"-?(0|[1-9][0-9]*)", "-0123456789"),
    ("float", r"-?(0|[1-9][0-9]*)\.[0-9]+|-?[0-9]+(\.[0-9]+)?[eE][-+]?[0-9]+", "-0123456789"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), list(_first))


def did_you_mean(word: str, known) -> str:
    """The tail of a message: ` - did you mean 'x'?`, or nothing."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" - did you mean '{close[0]}'?" if close else ""


def parse(content: bytes, file: str) -> tuple[object, dict[Path_, int], list[Problem]]:
    """Parse strict YAML in UTF-8: the value, the line of every path, and problems (duplicate keys, aliases, tags)."""
    problems: list[Problem] = []
    lines: dict[Path_, int] = {}
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        return None, lines, [Problem(file, content.count(b"\n", 0, error.start) + 1, "not readable as UTF-8; save the file in this encoding")]
    seen: set[int] = set()

    def convert(node, path: Path_):
        line = node.start_mark.line + 1
        lines.setdefault(path, line)
        if id(node) in seen:
            problems.append(Problem(file, line, "an alias (*name) is not allowed; write the value out"))
            return None
        seen.add(id(node))
        kind = node.tag.removeprefix("tag:yaml.org,2002:")
        if isinstance(node, yaml.MappingNode) and kind == "map":
            result = {}
            for key_node, value_node in node.value:
                at = key_node.start_mark.line + 1
                if not isinstance(key_node, yaml.ScalarNode):
                    problems.append(Problem(file, at, "a key is plain text; quote a value that begins with { or ["))
                    continue
                key = key_node.value
                if key in result:
                    problems.append(Problem(file, at, f"{key}: this key stands twice; keep one of them"))
                lines[path + (key,)] = at
                result[key] = convert(value_node, path + (key,))
            return result
        if isinstance(node, yaml.SequenceNode) and kind == "seq":
            return [convert(child, path + (index,)) for index, child in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode):
            if kind == "str":
                return node.value
            if kind == "int":
                return int(node.value)
            if kind == "float":
                return Decimal(node.value)
            if kind == "bool":
                return node.value == "true"
            if kind == "null":
                return None
        problems.append(Problem(file, line, f"the tag {node.tag} is not allowed; write plain text, numbers, lists and maps"))
        return None

    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return None, lines, [Problem(file, line, f"not readable as YAML: {error.problem}; mind indentation and quotes")]
    except yaml.reader.ReaderError as error:
        line = content.count(b"\n", 0, error.position) + 1
        return None, lines, [Problem(file, line, f"the character U+{error.character:04X} may not stand in YAML; remove it")]
    if node is None:
        return None, lines, [Problem(file, 1, "the file is empty; `scripts/build.py new` writes a commented record")]
    return convert(node, ()), lines, problems


def _walk(raw, loc):
    """The part of a pydantic location that exists in the raw value (names of union branches are left out)."""
    path = []
    for step in loc:
        if isinstance(raw, dict) and step in raw or isinstance(raw, list) and isinstance(step, int) and step < len(raw):
            path.append(step)
            raw = raw[step]
    return tuple(path), raw


def _say(error: dict, raw) -> tuple[Path_, str]:
    """One pydantic error as a path and a sentence that says what to do."""
    path, value = _walk(raw, error["loc"])
    kind, name = error["type"], ".".join(str(step) for step in path) or "record"
    last = str(error["loc"][-1]) if error["loc"] else ""
    if kind == "extra_forbidden":
        return path, f"{name}: unknown key{did_you_mean(last, _keys(last))}; data/README.md lists the keys"
    if kind == "missing":
        return path, f"{name}: '{last}' is missing; data/README.md says what it holds"
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool) and kind.startswith(("string", "date")):
        return path, f"{name}: {value} is read as a number; quote it: '{value}'"
    if kind in ("string_type", "bool_type", "int_type", "model_type", "tuple_type", "is_instance_of"):
        wanted = {"string_type": "text", "bool_type": "true or false", "int_type": "a whole number",
                  "tuple_type": "a list", "is_instance_of": "a number"}.get(kind, "a map of keys")
        shown = {dict: "a map", list: "a list", type(None): "nothing"}.get(type(value), repr(value))
        return path, f"{name}: {shown} stands where {wanted} belongs"
    if kind == "literal_error":
        allowed = re.findall(r"'([^']+)'", error["ctx"]["expected"])
        return path, f"{name}: '{value}' is not one of {', '.join(allowed)}{did_you_mean(str(value), allowed)}"
    if kind == "string_too_short":
        return path, f"{name}: is empty; both languages need words here" if path[-1:] in (("en",), ("zh",)) else f"{name}: is empty"
    if kind == "string_pattern_mismatch":
        return path, f"{name}: '{value}' does not have the form {error['ctx']['pattern']}"
    if kind == "value_error":
        return path, f"{name}: '{value}' {error['ctx']['error']}"
    return path, f"{name}: {error['msg']}"


def _keys(wrong: str) -> list[str]:
    """Keys that any record type allows, but for the one that is not allowed here: enough for a suggestion."""
    return sorted({key for each in TYPES for key in each.model_fields} - {wrong})


def _build(type_, raw, file: str, lines, problems: list[Problem]):
    try:
        return type_.model_validate(raw)
    except ValidationError as failed:
        for error in failed.errors(include_url=False):
            path, message = _say(error, raw)
            at = path
            while at and at not in lines:
                at = at[:-1]
            problems.append(Problem(file, lines.get(at, 1), message))
        return None


@lru_cache(maxsize=None)
def _record(type_, path: str, file: str, changed: int) -> tuple[object, dict[Path_, int], tuple[Problem, ...]]:
    """One record file: the record or None, its lines, its problems. Read again only when the file has changed (`changed`: its time)."""
    raw, lines, problems = parse(Path(path).read_bytes(), file)
    record = None
    if not isinstance(raw, dict):
        if not problems:
            problems.append(Problem(file, 1, "a record is a map of keys; `scripts/build.py new` writes a commented one"))
    elif "id" in raw:
        problems.append(Problem(file, lines[("id",)], "id: the file name is the id; remove this line"))
    elif not problems:
        record = _build(type_, {"id": Path(path).stem} | raw, file, lines, problems)
    return record, lines, tuple(problems)


def load(root: Path) -> tuple[Dataset, Lines, list[Problem]]:
    """Load root/data. The Dataset holds what was readable; with problems it is not to be used further than for checks."""
    data, where, problems, found = root / "data", Lines(), [], {}
    known_folders = set(KINDS)
    for folder in sorted(path.name for path in data.iterdir() if path.is_dir()):
        if folder not in known_folders:
            problems.append(Problem(f"data/{folder}", 1, f"unknown folder{did_you_mean(folder, known_folders)}"))
    for kind, type_ in KINDS.items():
        records = []
        for path in sorted((data / kind).glob("*")) if (data / kind).is_dir() else ():
            file = path.relative_to(root).as_posix()
            if path.suffix != ".yml":
                problems.append(Problem(file, 1, "not a record; records are called <id>.yml"))
                continue
            record, lines, wrong = _record(type_, str(path), file, path.stat().st_mtime_ns)
            where.files[kind, path.stem], where.lines[kind, path.stem] = file, lines
            problems += wrong
            if record:
                records.append(record)
        found[kind] = records
    for kind, type_ in LISTS.items():
        found[kind] = _load_list(root, kind, type_, where, problems)
    found["withheld"] = _load_withheld(root, where, problems)
    for kind, records in found.items():
        records.sort(key=lambda record: getattr(record, "id", None) or getattr(record, "old", record))
    return Dataset(**found), where, problems


def _load_list(root, kind, type_, where, problems):
    path = root / "data" / f"{kind}.yml"
    if not path.exists():
        return []
    file = f"data/{kind}.yml"
    raw, lines, wrong = parse(path.read_bytes(), file)
    problems += wrong
    if not isinstance(raw, list):
        if not wrong:
            problems.append(Problem(file, 1, "this file is a list of maps; start each entry with '- '"))
        return []
    records, inner_lines = [], {}
    for path, line in lines.items():
        if path:
            inner_lines.setdefault(path[0], {})[path[1:]] = line
    for index, item in enumerate(raw):
        inner = inner_lines[index]
        record = _build(type_, item, file, inner, problems)
        if record:
            key = getattr(record, "id", None) or record.old
            where.files[kind, key], where.lines[kind, key] = file, inner
            records.append(record)
    return records


def _load_withheld(root, where, problems):
    path, file = root / "data" / "withheld.yml", "data/withheld.yml"
    if not path.exists():
        return []
    raw, lines, wrong = parse(path.read_bytes(), file)
    problems += wrong
    if not isinstance(raw, list) or not all(isinstance(item, str) for item in raw):
        if not wrong:
            problems.append(Problem(file, 1, "this file is a list of ids of people, nothing else: no reason, no date"))
        return []
    for index, item in enumerate(raw):
        where.files["withheld", item], where.lines["withheld", item] = file, {(): lines[(index,)]}
    return raw


def dumps(dataset: Dataset) -> str:
    """The shared data file: every record, sorted, decimals as printed. The same data give the same bytes."""
    return simplejson.dumps(dataset.model_dump(mode="python", exclude_defaults=True), use_decimal=True,
                            ensure_ascii=False, indent=1) + "\n"


def loads(text: str) -> Dataset:
    """Read the shared data file back into an equal Dataset."""
    return Dataset.model_validate(simplejson.loads(text, use_decimal=True))
