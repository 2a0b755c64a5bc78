"""Builds of copies of the project."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from workspace import ROOT, copy

__all__ = ["ROOT", "build", "copy", "site", "tree"]


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
