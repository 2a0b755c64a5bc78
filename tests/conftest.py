"""Sites that many tests look at: the real data built at '/' and at '/demo/', and a browser."""

from __future__ import annotations

import http.server
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from filelock import FileLock

import project


@pytest.fixture(scope="session")
def sites(tmp_path_factory, worker_id) -> dict[str, Path]:
    """The real site at '/' and below '/demo/'. The first process that asks builds them, the others wait and look at the same.
    A build fails on any link or anchor that leads nowhere."""
    folder = tmp_path_factory.getbasetemp()
    folder = (folder if worker_id == "master" else folder.parent) / "sites"
    wanted = {"/": (folder / "root", "https://example.org/", "1"), "/demo/": (folder / "demo", "https://example.org/demo/", "2")}
    with FileLock(str(folder) + ".lock"):
        if not (folder / "built").exists():
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(lambda site: project.site(*site), wanted.values()))
            (folder / "built").touch()
    return {base: where / "site" for base, (where, *_) in wanted.items()}


@pytest.fixture(scope="session")
def site(sites) -> Path:
    """The real site, built at '/'."""
    return sites["/"]


class _Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder below a path, with the site's own 404 page, as GitHub Pages does."""

    protocol_version = "HTTP/1.1"
    base = "/"

    def translate_path(self, path):
        return super().translate_path("/" + path.removeprefix(self.base) if path.startswith(self.base) else "/nothing-here")

    def send_error(self, code, message=None, explain=None):
        page = Path(self.directory) / "404.html"
        if code != 404 or not page.exists():
            return super().send_error(code, message, explain)
        body = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_):
        pass


def serve(folder: Path, base: str = "/") -> http.server.ThreadingHTTPServer:
    """Serve folder at base on a free port of this machine, until .shutdown()."""
    handler = type("Handler", (_Quiet,), {"base": base})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture(scope="session")
def addresses(sites):
    """Where the built sites are served: {'/': 'http://127.0.0.1:…/', '/demo/': 'http://127.0.0.1:…/demo/'}."""
    servers = {base: serve(sites[base], base) for base in ("/", "/demo/")}
    yield {base: f"http://127.0.0.1:{server.server_address[1]}{base}" for base, server in servers.items()}
    for server in servers.values():
        server.shutdown()
