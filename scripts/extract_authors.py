#!/usr/bin/env python3
"""Extract a grouped author list from a paper's PDF, as YAML for the `groups` of an author list in data/works/.

  python scripts/extract_authors.py paper.pdf --groups "Core Contributors" "Contributors"
  python scripts/extract_authors.py paper.pdf --groups "Research & Engineering" "Business & Compliance" --until "A.2"

--groups names the headings as printed, --until how the line that follows the list begins. Two layouts are read: columns
with a name on each line below a heading, and a run-in heading with names between commas ("Annotation: A. B, C. D").
Names come in printed order, with the marks printed behind them, and `twice: true` if one occurs twice. `kind` and the
Chinese labels are yours to add; check each count, first and last name on the page. Needs pdftotext (poppler-utils).
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path
from typing import NamedTuple

XHTML = "{http://www.w3.org/1999/xhtml}"
COLUMN_GAP = 60  # points: left edges that lie closer together belong to one column
MARKS = "*∗†‡§¶#"
NAME = re.compile(r"[^\W\d_][\w.'’-]*(?:[ .]+[\w.'’-]+)+")


class Fail(Exception):
    """What went wrong, in words for the user."""


class Line(NamedTuple):
    left: float
    top: float
    text: str


def read(pdf: Path) -> list[list[Line]]:
    """The printed lines of each page, without page numbers."""
    if not pdf.is_file():
        raise Fail(f"{pdf}: no such file")
    try:
        run = subprocess.run(["pdftotext", "-bbox-layout", str(pdf), "-"], capture_output=True, check=True)
    except FileNotFoundError:
        raise Fail("the command pdftotext is missing; install poppler-utils") from None
    except subprocess.CalledProcessError as error:
        raise Fail(f"{pdf}: pdftotext cannot read it: {error.stderr.decode(errors='replace').strip()}") from None
    xml = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", run.stdout.decode("utf-8", errors="replace"))
    pages = []
    for page in ElementTree.fromstring(xml).iter(XHTML + "page"):
        lines = [Line(float(line.get("xMin")), float(line.get("yMin")),
                      " ".join(word.text or "" for word in line.iter(XHTML + "word")))
                 for line in page.iter(XHTML + "line")]
        pages.append([line for line in lines if line.text.strip() and not line.text.isdigit()])
    return pages


def heading(text: str, labels: list[str]) -> tuple[str, str] | None:
    """(label, names on the same line) if the line is one of the headings."""
    for label in labels:
        match = re.fullmatch(re.escape(label) + r"(?:\s*[:.]\s*(.*))?", text)
        if match:
            return label, match[1] or ""
    return None


def in_columns(lines: list[Line]) -> list[str]:
    """The lines of a page in reading order: column after column, each from top to bottom."""
    edges: list[float] = []
    for left in sorted(line.left for line in lines):
        if not edges or left - edges[-1] > COLUMN_GAP:
            edges.append(left)
    return [line.text for line in sorted(lines, key=lambda line: (sum(line.left >= edge for edge in edges), line.top))]


def list_lines(pages: list[list[Line]], labels: list[str], until: str) -> list[str]:
    """All lines from the page of the first heading to the line that follows the list."""
    starts = [n for n, page in enumerate(pages) if any(heading(line.text, labels[:1]) for line in page)]
    if not starts:
        raise Fail(f"no line begins with the heading {labels[0]!r}")
    lines: list[str] = []
    for page in pages[starts[-1]:]:
        ends = [line.top for line in page if line.text.startswith(until)]
        lines += in_columns([line for line in page if not ends or line.top < min(ends) - 1])
        if ends:
            return lines
    raise Fail(f"no line after the list begins with {until!r}; give its first words with --until")


def extract(pages: list[list[Line]], labels: list[str], until: str) -> dict[str, list[tuple[str, list[str]]]]:
    """label -> [(name, marks)], in printed order."""
    texts: dict[str, list[str]] = {}
    for line in list_lines(pages, labels, until):
        found = heading(line, labels)
        if found and found[0] in texts:
            raise Fail(f"the heading {found[0]!r} occurs twice in the list")
        if found:
            texts[found[0]] = [found[1]] if found[1] else []
        elif texts:
            texts[list(texts)[-1]].append(line)
    groups = {}
    for label in labels:
        lines = texts.get(label) or []
        if not lines:
            raise Fail(f"no names under the heading {label!r}")
        run_in = any("," in line for line in lines)
        entries = " ".join(lines).rstrip(" .").split(",") if run_in else lines
        groups[label] = []
        for entry in filter(None, (entry.strip() for entry in entries)):
            name = entry.rstrip(MARKS + " ")
            if not NAME.fullmatch(name):
                raise Fail(f"under {label!r}: {entry!r} does not look like a name")
            groups[label].append((name, [mark.replace("∗", "*") for mark in entry[len(name):] if mark in MARKS]))
    return groups


def as_yaml(groups: dict[str, list[tuple[str, list[str]]]]) -> str:
    times = Counter(name for names in groups.values() for name, _ in names)
    out = ["groups:"]
    for label, names in groups.items():
        out += [f"  - label: {json.dumps(label)}", f"    printed_count: {len(names)}", "    names:"]
        for name, marks in names:
            extra = f", marks: {json.dumps(marks, ensure_ascii=False)}" if marks else ""
            extra += ", twice: true" if times[name] > 1 else ""
            out.append(f"      - {{name: {name}{extra}}}" if extra else f"      - {name}")
    return "\n".join(out)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pdf", type=Path)
    parser.add_argument("--groups", nargs="+", required=True, metavar="HEADING", help="headings as printed, in order")
    parser.add_argument("--until", default="Within each role", metavar="WORDS",
                        help="first words of the line after the list (default: %(default)r)")
    options = parser.parse_args()
    try:
        print(as_yaml(extract(read(options.pdf), options.groups, options.until)))
    except Fail as fail:
        print(f"extract_authors: {fail}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
