"""Pages that people write (docs/en, docs/zh): the same pages, the same heading ids, the same facts in both languages."""

from __future__ import annotations

import re
from pathlib import Path

from . import texts
from .derive import Derived
from .load import Problem, did_you_mean
from .records import LANGS, Dataset
from .render import split_front_matter

HEADING = re.compile(r"^(#{1,4}) .*?(?:\{: *#([a-z0-9-]+)[^}]*\})?\s*$", re.M)


def written(root: Path) -> dict[tuple[str, str], str]:
    """Every written page: (lang, 'about/index.md') -> text."""
    return {(lang, path.relative_to(root / "docs" / lang).as_posix()): path.read_text("utf-8")
            for lang in LANGS for path in sorted((root / "docs" / lang).rglob("*.md"))}


def parity(root: Path, data: Dataset) -> list[Problem]:
    """What differs between the languages of written pages, and references that lead nowhere."""
    pages, problems, derived = written(root), [], Derived(data)
    known_records = set(derived.by_id) | set(derived.names)
    for (lang, path), text in pages.items():
        file = f"docs/{lang}/{path}"
        line = lambda at: text.count("\n", 0, at) + 1
        try:
            head, body = split_front_matter(text)
        except ValueError as error:
            problems.append(Problem(file, 1, str(error)))
            continue
        for key in ("title", "description"):
            if not (head or {}).get(key):
                problems.append(Problem(file, 1, f"the head has no {key}; write it between the lines of ---"))
        for match in HEADING.finditer(re.sub(r"```.*?```", lambda m: "\n" * m.group().count("\n"), text, flags=re.S)):
            if not match.group(2):
                problems.append(Problem(file, line(match.start()), f"heading without id; write '{match.group().strip()} {{: #short-id }}', the same id in both languages"))
        for match in texts.REFERENCE.finditer(text):
            id = match.group(1)
            known = derived.facts if "/" in id else known_records
            if id not in known:
                problems.append(Problem(file, line(match.start()), f"no {'fact' if '/' in id else 'record'} '{id}'{did_you_mean(id, known)}"))
        other = "zh" if lang == "en" else "en"
        if (other, path) not in pages:
            problems.append(Problem(file, 1, f"docs/{other}/{path} is missing; a page exists in both languages or in none"))
        elif lang == "en":
            problems += _compare(file, text, pages[other, path], path)
    return sorted(problems)


def _compare(file: str, en: str, zh: str, path: str) -> list[Problem]:
    problems = []
    ids = [[match.group(2) for match in HEADING.finditer(text)] for text in (en, zh)]
    if ids[0] != ids[1]:
        differing = next((i for i, pair in enumerate(zip(*ids)) if pair[0] != pair[1]), min(map(len, ids)))
        shown = [ids[side][differing] if differing < len(ids[side]) else "nothing" for side in (0, 1)]
        problems.append(Problem(file, 1, f"headings differ from docs/zh/{path}: '{shown[0]}' here, '{shown[1]}' there"))
    facts = [{id for id in texts.references(text) if "/" in id} for text in (en, zh)]
    for id in sorted(facts[0] ^ facts[1]):
        problems.append(Problem(file, 1, f"the fact [[{id}]] stands in one language only; docs/zh/{path} must say the same"))
    return problems
