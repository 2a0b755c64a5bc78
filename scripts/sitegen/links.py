"""The last check, over the built site: every internal link and anchor resolves, nothing of the templates is left over."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html

_LEFTOVER = re.compile(r"\{\{|\}\}|\{%|%\}|\[\[|\]\]|\{: ?#")


def check(site: Path, base: str = "/") -> list[str]:
    """What is broken in the built site, as 'page: message'. base is the path that the site is served under."""
    pages, anchors, links, problems = {}, {}, [], []
    for path in sorted(site.rglob("*.html")):
        name = path.relative_to(site).as_posix()
        tree = html.parse(str(path)).getroot()
        pages[name] = tree
        ids = [element.get("id") for element in tree.iter() if isinstance(element.tag, str) and element.get("id")]
        anchors[name] = set(ids) | {""}
        problems += [f"{name}: the id '{id}' stands twice" for id in {id for id in ids if ids.count(id) > 1}]
        for element in tree.iter("a", "link", "img", "script", "source"):
            for attribute in ("href", "src"):
                if element.get(attribute) is not None:
                    links.append((name, element.get(attribute)))
        body = re.sub(r"<(script|style|code|pre)\b.*?</\1>", "", path.read_text("utf-8"), flags=re.S)
        if match := _LEFTOVER.search(body):
            problems.append(f"{name}: leftover template syntax: …{body[max(0, match.start() - 30):match.end() + 30]!r}…")
    for name, link in links:
        if message := _broken(site, base, anchors, name, link):
            problems.append(f"{name}: {message}")
    return problems


def _broken(site: Path, base: str, anchors: dict, name: str, link: str) -> str | None:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return None
    path = unquote(parts.path)
    if path.startswith("/"):
        if not path.startswith(base):
            return f"'{link}' leaves the site's own path {base}"
        target = path.removeprefix(base)
    else:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
        if target.startswith(".."):
            return f"'{link}' leads out of the site"
    target = "" if target == "." else target
    if target in anchors:
        page = target
    elif (site / target).is_dir():
        page = posixpath.join(target, "index.html").lstrip("/")
        if path and not path.endswith("/") and target:
            return f"'{link}' lacks its final slash"
    elif (site / target).is_file():
        return None
    else:
        return f"'{link}' leads nowhere"
    if page not in anchors:
        return f"'{link}' leads nowhere"
    if unquote(parts.fragment) not in anchors[page]:
        return f"'{link}': no anchor '{parts.fragment}' on that page"
    return None
