"""The search index: one small file for each language, with a line for everything that has a name.

The dialog loads it when it opens and answers from it (docs/assets/search.js); Pagefind's index of the full texts comes after,
and only when it is asked.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from html import unescape

from markupsafe import Markup
from opencc import OpenCC
from pypinyin import Style, lazy_pinyin

from . import texts
from .page import Page

KINDS = {"innovation": 1.2, "work": 1.15, "person": 1.1, "claim": 1, "event": 1, "term": 0.95, "page": 1}
"""What a line can be, and what that weighs between equals: an idea comes before the term of the same name."""

SAME = (
    "cost expense 成本 费用 花费 花了 要花 造价", "price 价格 定价", "dollar 美元 美金",
    "invent credit contribute propose 发明 提出 贡献", "copy distil 抄袭 照搬 蒸馏",
    "ban block restrict prohibit 封禁 禁用 禁止 限制", "manage organisation 管理 组织", "founder 创始人", "bypass 绕过 绕开", "nature 自然", "laptop 笔记本",
    "paper report 论文 报告", "chip gpu 芯片 显卡", "team staff 团队", "drop fall loss 暴跌 蒸发 损失", "open-source 开源")
"""Words that readers use for one another, in both languages."""

STOP = (
    r"\b(?:a|an|and|any|are|be|been|by|can|could|did|do|does|for|from|had|has|have|how|i|in|is|it|its|many|me|mean|much|my|of|on|or|please|really|so|tell|that|"
    r"the|their|there|they|this|to|vs|was|were|what|when|which|who|why|will|with)\b|是?什么(?:时候)?|是不是|有没有|怎么样?|怎样|如何|为什么|多少|到底|哪些|哪个|是?谁|[吗呢？]|区别|"
    r"^请|请问|给我|介绍")
"""The words that make a question of a query."""

YES = r"^(?:is|are|was|were|did|does|do|can|could|has|have|will)\b|吗|是不是|有没有"
"""What asks for yes or no."""

LINKS = {"people": "people/", "works": "works/", "innovations": "innovations/", "claims": "claims/", "timeline": "timeline/", "glossary": "glossary/"}
"""Where the dialog leads who has nothing to type or has found nothing."""

_SYLLABLE = re.compile(r"(?:[zcs]h|[b-df-hj-np-tw-z])?(?:iang|iong|uang|[aeio]ng|ian|iao|uai|uan|[aeiu]n|[aeo]i|[aoi][ou]|[iu][ae]|u[oi]|[aeiouv])")
_HAN = re.compile(f"[{texts.HAN}]")


def chinese_keys(name: str) -> list[str]:
    """How else a Chinese name is typed: its pinyin and the initials of its pinyin."""
    parts = re.findall(rf"[{texts.HAN}]+|[A-Za-z0-9]+", name) if _HAN.search(name) else []
    return ["".join(lazy_pinyin(parts)), "".join(lazy_pinyin(parts, style=Style.FIRST_LETTER)).lower()] if parts else []


def initials(name: str) -> str:
    """The initials of a printed name as Chinese readers type them, family name first: 'Huazuo Gao' is 'ghz'."""
    *given, family = re.findall(r"\w+", name.casefold())
    return "".join(syllable[0] for part in (family, *given) for syllable in _SYLLABLE.findall(part) or [part])


@lru_cache(maxsize=None)
def _simplified() -> dict[str, str]:
    """Every Traditional character with its Simplified one."""
    convert = OpenCC("t2s").convert
    return {char: simple for char in map(chr, range(0x4E00, 0xA000)) if (simple := convert(char)) != char and len(simple) == 1}


def index(view, lang: str, files: dict[str, str]) -> str:
    """The index of one language as JSON. `files` are the pages made: those without a record are found by title and description."""
    lines = [*_records(view, lang), *_pages(lang, files)]
    held = set("".join(text for line in lines for text in line[2:]))
    word = lambda key: view.words[key][lang]
    return json.dumps({
        "kinds": [word(f"kind_{kind}") for kind in KINDS], "weights": [*KINDS.values()], "same": SAME, "stop": STOP, "yes": YES,
        "say": {key: word(f"search_{key}") for key in ("found", "none", "full", "reading", "no_text")} | {"help": _help(word)},
        "han": "".join(old + new for old, new in _simplified().items() if new in held),
        "lines": lines}, ensure_ascii=False, separators=(",", ":"))


def _help(word) -> str:
    """What the dialog shows while it has no results: queries to try, and the overviews."""
    buttons = Markup("").join(Markup('<button type="button">{}</button>').format(query) for query in word("search_examples").split("|"))
    links = Markup("").join(Markup('<a href="{}">{}</a>').format(path, word(key)) for key, path in LINKS.items())
    return Markup("<p>{} {}</p><p>{} {}</p>").format(word("search_try"), buttons, word("search_browse"), links)


def _records(view, lang: str):
    """Every record as a line: kind, address (a person's may follow from the name), title, other names, text below it, and words
    that find it and are not shown. What a claim is about first is a name of it, what comes after only a word."""
    data, derived, page = view.data, view.derived, Page("/", lang, view)
    other = "zh" if lang == "en" else "en"
    word = lambda key: view.words[key][lang]
    plain = lambda text: unescape(re.sub(r"<sup.*?</sup>|<[^>]+>|[*`]", "", page.say(text))) if text else ""

    def line(kind, path, title, names, text="", more=()):
        names = [name for name in dict.fromkeys(names) if name and name != title]
        return [[*KINDS].index(kind), path, title, "\n".join(names), text.strip(), " ".join(more)]

    for idea in data.innovations:
        pinyin, short = chinese_keys(idea.name.zh) or ("", "")
        yield line("innovation", f"innovations/{idea.id}/", page.t(idea.name), [idea.short, idea.name.en, idea.name.zh, *idea.aliases, pinyin],
                   plain(idea.one_line), [short])
    for work in data.works:
        yield line("work", f"works/{work.id}/", work.name, [*work.aliases, work.arxiv, work.title, *_dates(work.date, lang)],
                   plain(work.one_line), [word(f"kind_{work.kind}"), word("search_paper") if work.arxiv else "", *_numbers(page, work)])
    for name in derived.pages_of_people:
        person = name.person
        zh = person.name_zh.text if person and person.name_zh else ""
        shown = f"{zh} {name.name}" if zh and lang == "zh" else name.name
        if person or view.plain_names:
            pinyin, short = chinese_keys(zh) or ("", initials(name.name))
            yield line("person", "" if shown == name.name else f"people/{name.id}/", shown, [zh, *name.printed, pinyin],
                       plain(person.known_for) if person else "", [short])
    for claim in data.claims:
        about = [page.label(each) for each in claim.about]
        yield line("claim", f"claims/{claim.id}/", unescape(page.headline(claim.claim)), about[:1],
                   word(f"verdict_{claim.verdict}") + word("colon") + plain(claim.wording), [word(f"topic_{claim.topic}"), *about[1:]])
    for event in data.events:
        yield line("event", f"timeline/#{event.id}", page.t(event.title), [getattr(event.title, other), *_dates(event.date, lang)],
                   texts.date(event.date, lang) + word("colon") + plain(event.text))
    for term in data.glossary:
        pinyin, short = lang == "zh" and chinese_keys(term.zh) or ("", "")
        yield line("term", f"glossary/#{term.id}", getattr(term, lang), [getattr(term, other), *term.aliases, pinyin], more=[short])


def _dates(date: str, lang: str) -> tuple[str, str]:
    """A date as it is typed."""
    return date, texts.date(date, lang)


def _numbers(page: Page, work) -> list[str]:
    """The numbers of a work as its table shows them, without their units; short ones say too little to be searched."""
    shown = (re.match(r"\$?\d[\d.,]{2,} ?[%BMT万亿]*", re.sub(r"<[^>]+>", "", page.value(f"{work.id}/{fact.id}"))) for fact in work.facts)
    return [*dict.fromkeys(number.group().strip() for number in shown if number)]


def _pages(lang: str, files: dict[str, str]):
    """Every page without a record of its own as a line: overviews, texts, essays."""
    for name, content in sorted(files.items()):
        if name.startswith(f"{lang}/") and name.endswith(".md"):
            head = {key: json.loads(value) for key, value in re.findall(r"^(\w+): (.+)$", content.split("\n---\n", 1)[0], re.M)}
            if head["kind"] in ("index", "text") and head["path"] != "/":
                yield [[*KINDS].index("page"), head["path"][1:], head["title"], "", head["description"], ""]
