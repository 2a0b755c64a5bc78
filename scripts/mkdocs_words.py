"""The hooks of MkDocs: they hand the words of the interface to the page frame in overrides/ and to the permanent links of headings."""

import yaml
from pathlib import Path

WORDS = yaml.safe_load((Path(__file__).parent / "templates/words.yml").read_text("utf-8"))


def on_env(env, **_):
    """Make `interface['en']` and `interface['zh']` known to all templates: key -> word."""
    env.globals["interface"] = {lang: {key: word[lang] for key, word in WORDS.items()} for lang in ("en", "zh")}
    return env


def on_page_markdown(markdown, page, config, **_):
    """Before a page is turned into HTML: the title of its headings' links in its language."""
    config.mdx_configs["toc"]["permalink_title"] = WORDS["permalink"]["zh" if page.url.startswith("zh/") else "en"]
