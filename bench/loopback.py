"""An index of made-up packages on 127.0.0.1, as large as asked for.

Everything is made from the name: `tree-100-7` is the seventh of a hundred packages that depend on each other as a
binary tree whose root is `tree-100-0`; the page of `page-1000-x` lists 1,000 files, whatever x is.
"""

import functools
import hashlib
import io
import json
import re
import threading
import zipfile
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NEWEST = "1.0"
# What a solver has to look past.
OLDER = ("0.1", "0.2", "0.9")
MODULES = 4
JSON_PAGE = "application/vnd.pypi.simple.v1+json"


def children(name):
    """The names that a package depends on."""
    kind, size, number = name.split("-")
    if kind != "tree":
        return []
    return [f"tree-{size}-{child}" for child in (2 * int(number) + 1, 2 * int(number) + 2) if child < int(size)]


@functools.cache
def metadata(name, version):
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", "Requires-Python: >=3.8"]
    lines += [f"Requires-Dist: {child}>=0.2" for child in children(name)]
    return "\n".join([*lines, "", ""]).encode()


@functools.cache
def wheel(name, version):
    package = name.replace("-", "_")
    info = f"{package}-{version}.dist-info"
    entries = {f"{package}/__init__.py": b""}
    for number in range(MODULES):
        text = f'"""Module {number} of {name}."""\n\n\ndef value():\n    return {number}\n'
        entries[f"{package}/module{number}.py"] = text.encode()
    entries[f"{info}/METADATA"] = metadata(name, version)
    entries[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: bench\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    record = "".join(f"{path},,\n" for path in [*entries, f"{info}/RECORD"])
    entries[f"{info}/RECORD"] = record.encode()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in entries.items():
            archive.writestr(zipfile.ZipInfo(path, (2024, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def wheel_name(name, version):
    return f"{name.replace('-', '_')}-{version}-py3-none-any.whl"


def listed(name, filename, digest, size, described=None):
    """One file on a page; `described` is the digest of its metadata."""
    entry = {"filename": filename, "url": f"/files/{name}/{filename}", "hashes": {"sha256": digest}, "size": size,
             "requires-python": ">=3.8", "upload-time": "2024-01-01T00:00:00.000000Z"}
    return {**entry, "core-metadata": {"sha256": described}} if described else entry


def offered(name, version):
    content = wheel(name, version)
    return listed(name, wheel_name(name, version), hashlib.sha256(content).hexdigest(), len(content),
                  hashlib.sha256(metadata(name, version)).hexdigest())


@functools.cache
def page(name):
    """The page of a project, as bytes."""
    kind, size, _ = name.split("-")
    if kind == "tree":
        files = [offered(name, version) for version in (*OLDER, NEWEST)]
    else:
        # Versions of a wheel and a source each; only the newest is ever asked for.
        files = []
        for number in range(int(size) // 2 - 1):
            for filename in (wheel_name(name, f"0.{number}"), f"{name.replace('-', '_')}-0.{number}.tar.gz"):
                files.append(listed(name, filename, hashlib.sha256(filename.encode()).hexdigest(), 10_000))
        files += [offered(name, NEWEST), listed(name, f"{name.replace('-', '_')}-{NEWEST}.tar.gz", "0" * 64, 10_000)]
    versions = list(dict.fromkeys(re.search(r"-([\d.]+?)(?:-py3|\.tar)", file["filename"])[1] for file in files))
    return json.dumps({"meta": {"api-version": "1.1"}, "name": name, "versions": versions, "files": files}).encode()


def answer(path):
    """Content type and content of what lies at `path`; None if nothing does."""
    if found := re.fullmatch(r"/simple/((?:tree|page)-\d+-\w+)/", path):
        return JSON_PAGE, page(found[1])
    if found := re.fullmatch(r"/files/((?:tree|page)-\d+-\w+)/\w+-([\d.]+)-py3-none-any\.whl(\.metadata)?", path):
        return "application/octet-stream", (metadata if found[3] else wheel)(found[1], found[2])
    return None


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        content_type, content = answer(self.path) or ("text/plain", None)
        self.send_response(404 if content is None else 200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content or b"")))
        self.end_headers()
        if content and self.command == "GET":
            self.wfile.write(content)

    do_HEAD = do_GET

    def log_message(self, *_):
        pass


@contextmanager
def serving():
    """Gives the address of the index while it is served."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/simple/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
