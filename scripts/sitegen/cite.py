"""Citations of our own pages, as BibTeX."""

from __future__ import annotations

import re

from pybtex.database import BibliographyData, Entry
from pybtex.database.output.bibtex import Writer

SITE_NAME = {"en": "DeepSeek Explained", "zh": "读懂 DeepSeek"}


def bibtex(title: str, url: str, date: str, path: str, lang: str) -> str:
    """A @misc entry for a page; date is that of the data ('2026-11-21' or less precise)."""
    key = "deepseek-explained-" + (re.sub(r"[^a-z0-9]+", "-", path.strip("/")) or "home") + ("-zh" if lang == "zh" else "")
    year, _, rest = date.partition("-")
    fields = [("title", title), ("howpublished", SITE_NAME[lang]), ("url", url), ("year", year)]
    if rest:
        fields.append(("month", rest.split("-")[0]))
    return Writer().to_string(BibliographyData({key: Entry("misc", fields)})).strip()
