"""Words and numbers in two languages: how a number is written, how a locator is translated, what a text refers to."""

from __future__ import annotations

import re
from decimal import Decimal

from .records import Text

REFERENCE = re.compile(r"\[\[([^\[\]|#]+)(#)?(?:\|([^\[\]]+))?\]\]")
"""`[[id]]`, `[[id|words]]`, `[[work/fact]]`, `[[work/fact#]]`: groups are the target, the #, the words. Pages that people write
may also say `[[@work: §2]]` (a note) and `[[figure:result]]` (a number that a figure's model computes)."""

HAN = r"\u3400-\u4dbf\u4e00-\u9fff"

_LOCATOR = {
    "Table": "表", "Tables": "表", "Figure": "图", "Figures": "图", "Section": "§", "Sections": "§", "Appendix": "附录",
    "Abstract": "摘要", "Equation": "公式", "Equations": "公式", "Algorithm": "算法", "Introduction": "引言",
    "Conclusion": "结论", "References": "参考文献", "page": "第", "pages": "第", "title page": "首页", "footnote": "脚注",
    "caption": "图注", "README": "README", "author list": "作者名单", "and": "与",
}
_NUMBERING = re.compile(r"[A-Z](\.?\d+)*|[IVX]+|[ivx]+|v\d+|[a-d]")


def locator_problem(locator: str) -> str | None:
    """The first word of a plain locator that cannot be translated, or None."""
    for match in re.finditer(r"“[^”]*”|`[^`]*`|title page|author list|[A-Za-z][A-Za-z0-9.]*", locator):
        word = match.group()
        if word[0] not in "“`" and word not in _LOCATOR and not _NUMBERING.fullmatch(word):
            return word
    return None


def locator(value: str | Text, lang: str) -> str:
    """A locator in the language: 'Table 2; §3.1' is '表 2；§3.1' in Chinese."""
    if isinstance(value, Text):
        return getattr(value, lang)
    if lang == "en":
        return value
    parts = re.split(r"(“[^”]*”|`[^`]*`)", value)
    chinese = re.search("|".join(rf"\b{word}\b" for word in _LOCATOR if word != "README"), value)
    for index in range(0, len(parts), 2):
        part = re.sub(r"\bpages? (\d+(?:[–-]\d+)?)", r"第 \1 页", parts[index])
        part = re.sub(r"title page|author list|[A-Za-z]+", lambda match: _LOCATOR.get(match.group(), match.group()), part)
        part = re.sub(r"§ (?=\d)", "§", re.sub(r"\s*;\s*", "；", part))
        parts[index] = re.sub(r",\s*", "，", part) if chinese or len(parts) > 1 else part
    return "".join(parts)


def words(value: str | Text | None, lang: str) -> str:
    """A plain string as it is, a Text in the language, None as ''."""
    if value is None:
        return ""
    return getattr(value, lang) if isinstance(value, Text) else value


_STEPS = {
    "en": ((Decimal(10) ** 12, "T"), (Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M")),
    "zh": ((Decimal(10) ** 12, " 万亿"), (Decimal(10) ** 8, " 亿"), (Decimal(10) ** 4, " 万")),
}


_DECIMALS = {"en": 3, "zh": 2}
"""A rounded step is not used where it would need more decimals than this: 712,073 is not '71.2073 万'."""


def _plain(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def number(value: Decimal, lang: str, scale: str = "words") -> str:
    """A number as the language writes it: 2788000 is '2.788M' or '278.8 万' in words, '2,788,000' in digits.
    Decimals below the first step are kept as they were printed (77.0); what is below zero has a minus sign, not a hyphen."""
    if value < 0:
        return "−" + number(-value, lang, scale)
    size = abs(value)
    if size >= Decimal(10) ** 15 or (value != 0 and size < Decimal("0.0001")):
        mantissa, exponent = f"{value:.3e}".split("e")
        return f"{mantissa.rstrip('0').rstrip('.')} × 10{str(int(exponent)).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"
    if scale == "words":
        for step, name in _STEPS[lang]:
            if size >= step:
                shown = _plain(value / step)
                if len(shown.partition(".")[2]) > _DECIMALS[lang]:
                    break
                return f"{shown.replace(',', '') if lang == 'zh' else shown}{name}"
    return f"{value:,f}"


def with_unit(text: str, unit, lang: str) -> str:
    """Put a written number into its unit's pattern; no unit leaves it alone."""
    if not unit:
        return text
    return re.sub(f"([万亿](?:</data>)?) (?=[{HAN}])", r"\1", getattr(unit, lang).replace("{}", text))


_AMOUNT = re.compile(r"\d[\d.,]*(?: ?(?:万亿|[亿万千]))?(?: ?(?:美元|小时|[元倍张个人年月日]))?")


def unbroken(line: str) -> str:
    """A line of HTML without tags, in which a Chinese amount is not broken from its unit: '560 万美元' stays whole."""
    return re.sub(_AMOUNT, lambda match: f'<span class="nowrap">{match.group()}</span>' if re.search(f"[{HAN}]", match.group()) else match.group(), line)


def date(value: str, lang: str) -> str:
    """A partial date in words: '6 May 2024' / '2024 年 5 月 6 日'."""
    parts = [int(part) for part in value.split("-")]
    if lang == "zh":
        return " ".join(f"{part} {name}" for part, name in zip(parts, "年月日"))
    months = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
              "November", "December")
    shown = [str(parts[0])]
    if len(parts) > 1:
        shown.insert(0, months[parts[1] - 1])
    if len(parts) > 2:
        shown.insert(0, str(parts[2]))
    return " ".join(shown)


def exact(value: Decimal) -> str:
    """All digits, grouped: what stands one step behind a rounded number."""
    return f"{value:,f}"


def references(text: str):
    """The targets that a text refers to."""
    return [match.group(1) for match in REFERENCE.finditer(text)]
