"""The one hook of MkDocs: it hands the words of the interface to the page frame in overrides/."""

import yaml
from pathlib import Path


def on_env(env, **_):
    """Make `interface['en']` and `interface['zh']` known to all templates: key -> word."""
    words = yaml.safe_load((Path(__file__).parent / "templates/words.yml").read_text("utf-8"))
    env.globals["interface"] = {lang: {key: word[lang] for key, word in words.items()} for lang in ("en", "zh")}
    return env
