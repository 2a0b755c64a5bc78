"""Synthetic copies of the record, to see how the cost of a build grows: a project whose data hold the real records k times.

Every id and every name of copy 2, 3 … carries a letter behind it, so that references stay inside a copy.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import simplejson

from sitegen.derive import RECORD_KINDS
from sitegen.records import Dataset

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _renamed(value, ids: set[str], letter: str):
    """A plain value with every id and every author's name of the copy renamed."""
    if isinstance(value, dict):
        return {key: (item + letter if key in ("name", "family_name") and isinstance(item, str) else
                      [each + letter for each in item] if key in ("printed_names", "names") and all(isinstance(each, str) for each in item) else
                      _renamed(item, ids, letter)) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_renamed(item, ids, letter) for item in value]
    if not isinstance(value, str):
        return value
    holder, slash, fact = value.partition("/")
    if holder in ids and (not slash or fact):
        return f"{holder}{letter}{slash}{fact}"
    return re.sub(r"\[\[([a-z0-9-]+)", lambda match: f"[[{match.group(1)}{letter}", value)


def write(data: Dataset, names: set[str], project: Path, copies: int) -> None:
    """Write project/data with the records of data, copies times; names are the ids of all printed names."""
    for kind in RECORD_KINDS:
        shutil.rmtree(project / "data" / kind, ignore_errors=True)
        (project / "data" / kind).mkdir(parents=True)
    ids = names | {record.id for kind in RECORD_KINDS for record in getattr(data, kind)}
    essays = [idea.id for idea in data.innovations if idea.essay]
    for number in range(copies):
        letter = LETTERS[number - 1] if number else ""
        for kind in RECORD_KINDS:
            for record in getattr(data, kind):
                plain = record.model_dump(mode="python", exclude_defaults=True)
                id = plain.pop("id")
                if letter:
                    if plain.pop("essay", None):  # which has its place on the page of the first copy; its sources are shared out
                        mine = data.sources[essays.index(id)::len(essays)]
                        plain |= {"problem": plain["one_line"], "how": plain["one_line"],
                                  "how_citations": [{"source": source.id, "locator": "Abstract"} for source in mine]}
                    plain = _renamed(plain, ids, letter)
                path = project / "data" / kind / f"{id}{letter}.yml"
                path.write_text(simplejson.dumps(plain, use_decimal=True, ensure_ascii=False), "utf-8")
