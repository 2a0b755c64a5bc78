"""Find a Chrome or Chromium, else install one, else fail with what to do. Tests never skip for want of a browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"


def installed() -> str | None:
    """The path of a browser on this machine: $CHROMIUM, a usual name, or Playwright's own."""
    if os.environ.get("CHROMIUM"):
        return os.environ["CHROMIUM"]
    for name in (*NAMES, MAC):
        if path := shutil.which(name):
            return path
    from playwright.sync_api import sync_playwright
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.path.exists(path) else None


def _try(*command: str) -> bool:
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, stderr=sys.stderr).returncode == 0


def find_or_install() -> str:
    """The path of a browser; installs the distribution's package (as root), else Playwright's build."""
    if path := installed():
        return path
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        if _try("apt-get", "update", "-qq") and _try("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-noto-cjk"):
            if path := installed():
                return path
    if _try(sys.executable, "-m", "playwright", "install", "chromium") and (path := installed()):
        return path
    raise RuntimeError("No Chrome or Chromium was found and none could be installed. Install Chromium, or set CHROMIUM to its path, then run `make test` again.")
