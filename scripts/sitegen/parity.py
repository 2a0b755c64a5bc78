"""Pages that people write (docs/en, docs/zh): the same pages, heading ids, facts, notes and figures in both languages; essays
besides have their sections, a length, and no number typed by hand."""

from __future__ import annotations

import re
from pathlib import Path

import figures
from figures.kit import numbers_of

from . import essays, maths, texts
from .derive import Derived
from .load import Problem, did_you_mean
from .records import LANGS, Dataset
from .render import split_front_matter

HEADING = re.compile(r"^(#{1,4}) .*?(?:\{: *#([a-z0-9-]+)[^}]*\})?\s*$", re.M)


def written(root: Path) -> dict[tuple[str, str], str]:
    """Every written page: (lang, 'about/index.md') -> text."""
    return {(lang, path.relative_to(root / "docs" / lang).as_posix()): path.read_text("utf-8")
            for lang in LANGS for path in sorted((root / "docs" / lang).rglob("*.md"))}


def _blank(match) -> str:
    """Spaces in place of a match, its lines kept: what stands behind it keeps its place."""
    return re.sub(r"[^\n]", " ", match.group())


def parity(root: Path, data: Dataset) -> list[Problem]:
    """What differs between the languages of written pages, and references that lead nowhere."""
    pages, problems, derived = written(root), [], Derived(data)
    known_records = set(derived.by_id) | set(derived.names)
    try:
        values = derived.values
    except (LookupError, ValueError):
        values = None  # the rules on records say which fact cannot be computed
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
        for match in HEADING.finditer(re.sub(r"```.*?```", _blank, text, flags=re.S)):
            if not match.group(2):
                problems.append(Problem(file, line(match.start()), f"heading without id; write '{match.group().strip()} {{: #short-id }}', the same id in both languages"))
        for match in texts.REFERENCE.finditer(text):
            if message := _lost(match.group(1), derived, known_records, values):
                problems.append(Problem(file, line(match.start()), message))
        if path.startswith("essays/"):
            ideas = {idea.essay for idea in data.innovations}
            problems += [Problem(file, line(at), message) for at, message in essay_problems(text, head or {}, lang, path[len("essays/"):-3] in ideas)]
        other = "zh" if lang == "en" else "en"
        if (other, path) not in pages:
            problems.append(Problem(file, 1, f"docs/{other}/{path} is missing; a page exists in both languages or in none"))
        elif lang == "en":
            problems += _compare(file, text, pages[other, path], path)
    for idea in data.innovations:
        for lang in LANGS:
            if idea.essay and (lang, f"essays/{idea.essay}.md") not in pages:
                problems.append(Problem(f"data/innovations/{idea.id}.yml", 1, f"essay: docs/{lang}/essays/{idea.essay}.md is missing"))
    return sorted(problems)


def _lost(id: str, derived: Derived, records: set[str], values: dict | None) -> str | None:
    """What a reference names that does not exist, or None; results of figures are looked for only where `values` of facts are known."""
    if id == "record":
        return None
    if id.startswith("@"):
        source, colon, locator = id[1:].partition(":")
        known = {record.id for record in (*derived.data.works, *derived.data.sources)}
        if source not in known:
            return f"no source '{source}'{did_you_mean(source, known)}"
        if not colon or not locator.strip():
            return f"[[{id}]] has no locator; write [[@{source}: §2.1]]"
        word = texts.locator_problem(locator.strip())
        return f"the locator “{locator.strip()}” has the word '{word}', which cannot be translated; see data/README.md" if word else None
    if ":" in id:
        figure, _, name = id.partition(":")
        figure, name = (name, None) if figure == "figure" else (figure, name)
        if figure not in figures.IDS:
            return f"no figure '{figure}'{did_you_mean(figure, figures.IDS)}"
        try:
            results = numbers_of(figures.load(figure), values) if name and values is not None else {}
        except LookupError as error:
            return f"the figure '{figure}' asks for {error}, which does not exist; name the fact of today in scripts/figures/{figure.replace('-', '_')}.py"
        except ValueError as error:
            return f"the figure '{figure}' cannot be computed: {error}"
        return f"the figure '{figure}' has no number '{name}'{did_you_mean(name, results)}" if name and values is not None and name not in results else None
    known = derived.facts if "/" in id else records
    return f"no {'fact' if '/' in id else 'record'} '{id}'{did_you_mean(id, known)}" if id not in known else None


_NAMES = re.compile(
    r"(?:Llama|LLaMA|Qwen|GPT|Claude|Gemini|Mixtral|Mistral|Kimi|Janus|Lean|mathlib|Python|CUDA|NVLink|InfiniBand|PCIe|IEEE|arXiv|DeepSeek(?:-\w+)*|Prover(?:-\w+)?|Math|Coder|LLM|"
    r"TriviaQA|MATH|AIME|GSM|HumanEval|Codeforces)[ -]?[vVRK]?\d[\w.]*(?:[ -]\d+(?:\.\d+)?[BbM]\b)*"  # models and benchmarks with a number
    r"|[A-Za-z][\w-]*\d[\w.-]*|\b\d+(?:\.\d+)?[BM]-[A-Za-z]\w*|\b(?:7|16|33|67|70|72|405|671)B\b")  # H800, V3.2, E4M3, 1F1B, 67B
_YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?:[–-](?:19|20)?\d\d)?(?![\d.,]*\d)(?! *(?:%|tokens|steps|GPU|张|步))")
_SHAPE = re.compile(r"\d[\d,]*(?: ?× ?\d[\d,]*)+|§ ?[\d.]+")
_UNITS = (r"bytes?|bits?|tokens?|GPUs?|GPU-hours?|hours?|days?|minutes?|seconds?|ms|µs|[KMGT]i?B(?:/s)?|TFLOPS|PFLOPS|FLOPs?|k?W|watts?|steps?|dollars|euros|yuan|layers|heads|experts|dimensions|nodes|"
          r"字节|比特|位|小时|天|分钟|秒|毫秒|微秒|步|美元|元|张|层|个头|个专家|维|个节点|万|亿|倍|times")
BARE = re.compile(rf"[$¥€£] ?\d|\d[\d,.]* ?(?:%|％|per ?cent|percent|个百分点|percentage points)|(?<![\w.])\d+\.\d+|(?<![\w.,])\d{{1,3}}(?:,\d{{3}})+|(?<![\w.,])\d{{4,}}|(?<![\w.,])\d+ ?(?:{_UNITS})(?![A-Za-z-])")
"""A percentage, decimal, amount with a unit or currency, or integer from 1,000 up."""


def bare_numbers(text: str):
    """Numbers typed by hand in an essay: (position, number). Names (H800, V3.2), years, shapes, code and formulas are none."""
    for pattern in (re.compile(r"\A---\n.*?\n---\n", re.S), re.compile(r"```.*?```|`[^`\n]*`", re.S), maths.FORMULA, re.compile(r"\[\[[^\]]*\]\]"),
                    re.compile(r"\]\([^)]*\)|\{:[^}]*\}"), _NAMES, _SHAPE, _YEAR):
        text = pattern.sub(_blank, text)
    text = re.sub(r"\d+ 年(?: ?\d+ 月)?(?: ?\d+ 日)?|\d+ 月(?: ?\d+ 日)?", _blank, text)
    for match in BARE.finditer(text):
        yield match.start(), match.group()


def essay_problems(text: str, head: dict, lang: str, on_idea: bool):
    """What an essay lacks: (position, message)."""
    ids = [match.group(2) for match in HEADING.finditer(text)]
    wanted = essays.SECTIONS if on_idea else ("problem", "limits", "questions")
    if [id for id in ids if id in wanted] != list(wanted):
        yield 0, f"sections must be, in this order: {', '.join(wanted)}; here: {', '.join(map(str, ids))}"
    for id in sorted({id for id in ids if id in essays.figures_in(text)}):
        yield 0, f"'{id}' is the id of a heading and of a figure; give the heading another"
    if on_idea and len(essays.RECORD.findall(text)) != 1:
        yield 0, "a line [[record]] must say once where credit, ancestors and uses stand"
    if (questions := len(re.findall(r"^Q: .+\nA: .+$", text, re.M))) != 5:
        yield 0, f"{questions} questions with answers (lines Q: and A:); five are promised"
    if not isinstance(head.get("minutes"), int):
        yield 0, "the head has no `minutes`, the time to read"
    least, most = essays.LENGTHS[lang]
    if not least <= (length := essays.length(text, lang)) <= most:
        yield 0, f"{length} {'words' if lang == 'en' else 'characters'}; an essay has {least} to {most}"
    for match in maths.FORMULA.finditer(text):
        try:
            maths.html(essays.ROOT, *maths.written(match))
        except ValueError as error:
            yield match.start(), str(error)
    for at, number in bare_numbers(text):
        yield at, f"“{number.strip()}” is typed by hand; take it from a fact [[work/fact]] or a model [[figure:result]]"


def _compare(file: str, en: str, zh: str, path: str) -> list[Problem]:
    problems = []
    ids = [[match.group(2) for match in HEADING.finditer(text)] for text in (en, zh)]
    if ids[0] != ids[1]:
        differing = next((i for i, pair in enumerate(zip(*ids)) if pair[0] != pair[1]), min(map(len, ids)))
        shown = [ids[side][differing] if differing < len(ids[side]) else "nothing" for side in (0, 1)]
        problems.append(Problem(file, 1, f"headings differ from docs/zh/{path}: '{shown[0]}' here, '{shown[1]}' there"))
    said = [{id for id in texts.references(text) if "/" in id or ":" in id} for text in (en, zh)]
    for id in sorted(said[0] ^ said[1]):
        problems.append(Problem(file, 1, f"[[{id}]] stands in one language only; docs/zh/{path} must say the same"))
    return problems
