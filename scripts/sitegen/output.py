"""Write a tree of files so that only what changed is touched and what is gone is removed."""

from __future__ import annotations

import os
import time
from pathlib import Path


def write_tree(folder: Path, files: dict[str, str | bytes], prune: bool = True, ahead: float = 0) -> int:
    """Make folder hold exactly these files (and .gitkeep), or at least these without prune; the number of changes.

    What changes is dated so many seconds `ahead`: a build that had read the old file and ends after this write does not
    pass for newer than the file, which the next build would then leave out.
    """
    wanted = {name: content if isinstance(content, bytes) else content.encode("utf-8") for name, content in files.items()}
    changed = 0
    for name, content in wanted.items():
        path = folder / name
        if not path.is_file() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            if ahead:
                os.utime(path, times=(now := time.time() + ahead, now))
            changed += 1
    for path in sorted(folder.rglob("*"), reverse=True) if prune else ():
        name = path.relative_to(folder)
        if path.is_file() and name.as_posix() not in wanted and path.name != ".gitkeep":
            path.unlink()
            changed += 1
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    return changed
