"""Formulas as HTML with MathML, made at build by KaTeX (from npm) inside a small JavaScript engine; the browser runs nothing."""

from __future__ import annotations

import json
import re
import subprocess
from functools import lru_cache
from html import unescape
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Iterable

from fontTools import subset
from fontTools.ttLib import TTFont
from py_mini_racer import MiniRacer

KATEX = Path("node_modules/katex/dist")
"""Where npm puts KaTeX, below the project's root."""

FORMULA = re.compile(r"(?<!\\)\$\$(?P<display>.+?)\$\$|(?<![\\$\w])\$(?P<inline>[^\s$](?:[^$\n]*[^\s$])?)\$(?![\d$])", re.S)
"""`$$…$$` is a formula on lines of its own, `$…$` one in the text."""

_MARKUP = {ord(letter): f"&#{ord(letter)};" for letter in "*_`[]|\\#~:"}
"""What Markdown would read as markup."""


def written(match: re.Match) -> tuple[str, bool]:
    """The formula of a match of FORMULA, and whether it stands on lines of its own."""
    return (match["display"] or match["inline"]).strip(), match["display"] is not None


@lru_cache(maxsize=1)
def _engine(root: Path) -> MiniRacer:
    script = root / KATEX / "katex.min.js"
    if not script.exists():
        raise FileNotFoundError(f"{script} is missing; `make site` installs it (npm ci)")
    engine = MiniRacer()
    engine.eval(script.read_text("utf-8"))
    return engine


@lru_cache(maxsize=None)
def html(root: Path, formula: str, display: bool) -> str:
    """One formula as HTML with hidden MathML on one line, safe inside Markdown. ValueError says what KaTeX did not understand."""
    call = "(f, d) => { try { return katex.renderToString(f, {displayMode: d, strict: 'error'}); } catch (error) { return 'ERROR ' + error.message; } }"
    made = _engine(root).call(f"({call})", formula, display)
    if made.startswith("ERROR "):
        raise ValueError(f"the formula {formula}: {made[6:]}")
    made = re.sub(r"<annotation.*?</annotation>", "", made, flags=re.S)
    return re.sub(r">([^<]+)<", lambda match: ">" + re.sub(r"&[a-z]+;|.", lambda part: part[0] if len(part[0]) > 1 else part[0].translate(_MARKUP), match[1], flags=re.S) + "<", made)


def formulas(root: Path, texts: Iterable[str]) -> str:
    """All formulas of these texts as HTML."""
    return "".join(html(root, *written(match)) for text in texts for match in FORMULA.finditer(text))


@lru_cache(maxsize=1)
def css(root: Path, formulas: str) -> str:
    """The rules of KaTeX's stylesheet that these formulas need, with woff2 fonts in fonts/: 1 kB gzip instead of 3."""
    with TemporaryDirectory() as folder:
        page, styles = Path(folder, "formulas.html"), Path(folder, "katex.css")
        page.write_text(formulas, "utf-8")
        styles.write_text(re.sub(r",url\([^)]*\.(?:woff|ttf)\) format\(\"[a-z]+\"\)", "", (root / KATEX / "katex.min.css").read_text("utf-8")), "utf-8")
        purged = subprocess.run([root / "node_modules/.bin/purgecss", "--font-face", "--css", styles, "--content", page], stdout=subprocess.PIPE, check=True)
    return json.loads(purged.stdout)[0]["css"]


def fonts(root: Path, formulas: str) -> dict[str, bytes]:
    """The fonts that css() names, with the characters of these formulas only: whole, one page would load up to 90 kB."""
    characters = frozenset(unescape(re.sub(r"<math.*?</math>|<[^>]*>", "", formulas, flags=re.S)))
    return {name: _cut(root / KATEX / "fonts" / name, characters) for name in re.findall(r"url\(fonts/([^)]+)\)", css(root, formulas))}


@lru_cache(maxsize=None)
def _cut(path: Path, characters: frozenset[str]) -> bytes:
    font = TTFont(path, recalcTimestamp=False)
    cutter = subset.Subsetter()
    cutter.populate(unicodes=map(ord, characters))
    cutter.subset(font)
    cut = BytesIO()
    font.save(cut)
    return cut.getvalue()
