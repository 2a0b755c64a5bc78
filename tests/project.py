"""Copies of the project that tests may build and break."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
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


def build(project: Path, *command: str, url: str = "https://example.org/", seed: str = "0", repo: str = "example/site") -> subprocess.CompletedProcess:
    """Run scripts/build.py of a copy of the project."""
    environment = os.environ | {"SITE_URL": url, "PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": "1700000000", "GITHUB_REPOSITORY": repo,
                                "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([sys.executable, "scripts/build.py", *command], cwd=project, env=environment, capture_output=True, text=True)


def site(folder: Path, url: str, seed: str) -> Path:
    """Build the real site in a copy of the project with this hash seed: where the site is."""
    done = build(copy(folder), "site", url=url, seed=seed)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below folder: name -> bytes."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
