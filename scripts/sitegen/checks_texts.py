"""The rules on texts: length, language, typography, terms."""

from __future__ import annotations

import re
from collections import defaultdict

from . import texts
from .checks import _name, _records, _walk, rule
from .records import LANGS, Text


def width(text: str) -> float:
    """Length of a line in Han characters: a Latin letter counts half."""
    return sum(1 if re.match(f"[{texts.HAN}\u3000-\u303f\uff00-\uffef]", letter) else 0.5 for letter in text)


@rule
def one_lines_short(data, derived):
    """Ensure that a one-line text fits one line: 120 Latin or 60 Han characters."""
    for kind, record in _records(data):
        for field in ("one_line", "known_for"):
            text = getattr(record, field, None)
            if text is None:
                continue
            if len(text.en) > 120:
                yield kind, record.id, (field, "en"), f"{field}.en: {len(text.en)} characters; 120 at most, it is shown on one line"
            if width(text.zh) > 60:
                yield kind, record.id, (field, "zh"), f"{field}.zh: {width(text.zh):g} characters; 60 at most, it is shown on one line"


@rule
def essay_or_short_text(data, derived):
    """Ensure that an innovation is explained once: by its essay, or by problem and how in the record."""
    for idea in data.innovations:
        short = [field for field in ("problem", "how", "how_citations", "evidence", "limits") if getattr(idea, field)]
        if idea.essay and short:
            yield "innovations", idea.id, (short[0],), f"{short[0]}: the essay takes the place of {', '.join(short)}; remove what stands here"
        for field in ("problem", "how", "how_citations"):
            if not idea.essay and not getattr(idea, field):
                yield "innovations", idea.id, (), f"{field}: missing; write it, or an essay and name it in `essay`"


@rule
def both_languages(data, derived):
    """Ensure that each language says it in its own script."""
    for kind, record, path, text in _walk(derived, Text):
        latin = len(re.findall(r"[A-Za-z]{2,}", texts.REFERENCE.sub("", text.en)))
        if latin >= 6 and not re.search(f"[{texts.HAN}]", text.zh):
            yield kind, record.id, path + ("zh",), f"{_name(path)}.zh: has no Chinese; write the statement in Chinese"
        if re.search(f"[{texts.HAN}]{{8}}", text.en) and latin < 3:
            yield kind, record.id, path + ("en",), f"{_name(path)}.en: is Chinese; write the statement in English"


_BESIDE = re.compile(f"[{texts.HAN}][A-Za-z0-9]|[A-Za-z0-9%][{texts.HAN}]")
_HALF = re.compile(f"[{texts.HAN}][,;:?!](?![A-Za-z0-9/])|[{texts.HAN}] ?\\([^)]*[{texts.HAN}]")


@rule
def chinese_typography(data, derived):
    """Ensure one space between Han and Latin or digits, and full-width punctuation after Han."""
    for kind, record, path, text in _walk(derived, Text):
        plain = re.sub(r"\]\([^)]*\)|`[^`]*`", "", texts.REFERENCE.sub(lambda m: m.group(3) or "", text.zh))
        for pattern, advice in ((_BESIDE, "put one space between Han and Latin or digits"), (_HALF, "use full-width punctuation in Chinese")):
            if match := pattern.search(plain):
                around = plain[max(0, match.start() - 6):match.end() + 6].replace("\n", " ")
                yield kind, record.id, path + ("zh",), f"{_name(path)}.zh: “{around}”: {advice}"


@rule
def avoided_forms(data, derived):
    """Ensure that texts use the terms of the glossary, not the forms it avoids."""
    forms = [(lang, form.casefold(), form, getattr(term, lang)) for term in data.glossary for lang in LANGS for form in getattr(term.avoid, lang)]
    texts_of = defaultdict(list)
    for kind, record, path, text in _walk(derived, Text):
        texts_of[kind, record.id].append((path, text))
    for (kind, id), found in texts_of.items():
        whole = {lang: "\n".join(getattr(text, lang) for _, text in found).casefold() for lang in LANGS}
        for lang, folded, form, better in forms:
            if folded in whole[lang]:
                for path, text in found:
                    if folded in getattr(text, lang).casefold():
                        yield kind, id, path + (lang,), f"{_name(path)}.{lang}: '{form}' is not used here; the glossary says '{better}'"
