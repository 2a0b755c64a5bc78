"""Copies of the project that a benchmark or a test may build and break."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("data", "docs", "overrides", "scripts", "mkdocs.yml")


def copy(folder: Path) -> Path:
    """The parts of the project that a build needs, in folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
        else:
            shutil.copy2(source, folder / part)
    (folder / "build/docs").mkdir(parents=True)
    (folder / "node_modules").symlink_to(ROOT / "node_modules")  # KaTeX sets the formulas
    return folder
