"""What the programs of this folder act on: made-up packages, a loopback index of them, the tools, and trees."""

import argparse
import collections
import concurrent.futures
import copy
import hashlib
import http.server
import marshal
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "parity"))

import packages  # noqa: E402
import twins  # noqa: E402


def parser(text):
    """The options that all programs have."""
    result = argparse.ArgumentParser(description=text.splitlines()[0])
    result.add_argument("--python", default=sys.executable, help="the interpreter of the environments")
    result.add_argument("--binary", type=Path, help="the oxipip to torture, instead of a new build")
    result.add_argument("--pip", default=twins.PIP, help="the pip beside it")
    result.add_argument("--uv", default="uv", help="the uv beside it: a requirement")
    result.add_argument("--tool", choices=["oxipip", "pip", "uv"], action="append", help="only these tools")
    result.add_argument("--packages", type=int, default=100, help="how many packages the set has")
    result.add_argument("--scratch", default=tempfile.gettempdir(), help="where everything is made")
    result.add_argument("--jobs", type=int, default=os.cpu_count(), help="how much is done side by side")
    result.add_argument("--keep", action="store_true", help="leave what was made")
    return result


def package(number, version):
    """A package of several files, scripts and data; version 2 changes, adds and removes some."""
    name = f"p{number:03}"
    stem = f"{name}-{version}"
    files = {f"{name}/part{part}.py": f"VERSION = {version!r}\nPART = {part}\n" for part in range(4)}
    files[f"{name}/__init__.py"] = f"__version__ = {version!r}\n\n\ndef main():\n    print(__version__)\n"
    files[f"{name}/data.json"] = f'{{"version": "{version}"}}\n'
    files[f"shared_namespace/{name}.py"] = f"VERSION = {version!r}\n"
    files[f"{stem}.data/data/share/{name}/text"] = f"{name} {version}\n" * 200
    files[f"{stem}.data/scripts/{name}-tool"] = f"#!python\nprint({version!r})\n"
    if version == "1.0":
        files[f"{name}/turns.py"] = "A = 'file'\n"
        files[f"{name}/old/__init__.py"] = "\n"
    else:
        files[f"{name}/turns/__init__.py"] = "A = 'folder'\n"
        files[f"{name}/new.py"] = "NEW = True\n"
    return packages.Package(name, version, scripts=[f"{name} = {name}:main"], files=files)


class Index:
    """A simple index on 127.0.0.1 that counts what it is asked for."""

    def __init__(self, folder, made):
        packages.write_index(folder, made)
        self.asked = collections.Counter()
        asked = self.asked

        class Handler(http.server.SimpleHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def __init__(self, *arguments):
                super().__init__(*arguments, directory=str(folder))

            def do_GET(self):
                asked[self.path] += 1
                super().do_GET()

            def end_headers(self):
                self.send_header("Cache-Control", "max-age=600")
                super().end_headers()

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 1024

            def handle_error(self, *_):
                """Who is killed does not say goodbye."""

        self._server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/"


class Oxipip:
    name = "oxipip"

    def __init__(self, stage, options):
        self.program = Path(options.binary or twins.Oxipip().binary).resolve()
        self.python = options.python
        self.cache = stage / "oxipip-cache"

    def environment(self, index):
        return twins.environment(PIP_CACHE_DIR=str(self.cache), PIP_INDEX_URL=index.url, RUST_BACKTRACE="0")

    def pip(self, env, *words):
        return [self.program, "--python", env, *words]

    def venv(self, env, *words):
        return [self.program, "venv", "--python", self.python, *words, env]

    def uninstall(self, env, *names):
        return self.pip(env, "uninstall", "-y", *names)

    def list(self, env):
        return self.pip(env, "list")


class Pip(Oxipip):
    name = "pip"

    def __init__(self, stage, options):
        self.runner = twins.RealPip(stage / "pip-tool", options.python, options.pip).runner
        self.python = options.python
        self.cache = stage / "pip-cache"

    def pip(self, env, *words):
        return [f"{env}/bin/python", self.runner, *words]

    def venv(self, env, *words):
        return [self.python, "-m", "venv", *words, env]


class Uv(Oxipip):
    name = "uv"

    def __init__(self, stage, options):
        twins.run([options.python, "-m", "venv", stage / "uv-tool"])
        twins.run([stage / "uv-tool/bin/python", "-m", "pip", "install", "--quiet", options.uv])
        self.program = stage / "uv-tool/bin/uv"
        self.python = options.python
        self.cache = stage / "uv-cache"

    def environment(self, index):
        return twins.environment(UV_CACHE_DIR=str(self.cache), UV_DEFAULT_INDEX=index.url)

    def pip(self, env, command, *words):
        return [self.program, "pip", command, "--python", f"{env}/bin/python", *words]

    def venv(self, env, *words):
        return [self.program, "venv", "--python", self.python, *words, env]

    def uninstall(self, env, *names):
        return self.pip(env, "uninstall", *names)


class Stage:
    """A folder for everything, which goes away at the end."""

    def __init__(self, options, tools=("oxipip", "pip", "uv")):
        self.options = options
        self.folder = Path(tempfile.mkdtemp(prefix="oxipip-torture-", dir=options.scratch)).resolve()
        self.env = self.folder / "env"
        self.names = [f"p{number:03}" for number in range(options.packages)]
        made = [package(number, version) for number in range(options.packages) for version in ("1.0", "2.0")]
        self.index = Index(self.folder / "index", made)
        makers = {"oxipip": Oxipip, "pip": Pip, "uv": Uv}
        self.tools = [makers[name](self.folder, options) for name in options.tool or tools]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if not self.options.keep:
            shutil.rmtree(self.folder, ignore_errors=True)

    def lane(self, number):
        """The same packages, index and tools, with folders and caches of its own."""
        lane = copy.copy(self)
        lane.folder = self.folder / f"lane-{number}"
        lane.folder.mkdir()
        lane.env = lane.folder / "env"
        lane.tools = [copy.copy(tool) for tool in self.tools]
        for tool in lane.tools:
            tool.cache = lane.folder / f"{tool.name}-cache"
        return lane

    def side_by_side(self, tasks):
        """Runs functions that take a lane; gives what they give, in their order."""
        def run(number, task):
            lane = self.lane(number)
            try:
                return task(lane)
            finally:
                if not self.options.keep:
                    shutil.rmtree(lane.folder, ignore_errors=True)

        with concurrent.futures.ThreadPoolExecutor(self.options.jobs) as pool:
            return list(pool.map(run, range(len(tasks)), tasks))

    def pins(self, version):
        return [f"{name}=={version}" for name in self.names]

    def run(self, tool, words, before=(), check=False, timeout=600, **options):
        """Runs a command of a tool, `before` standing before it."""
        words = [str(word) for word in (*before, *words)]
        options.setdefault("cwd", self.folder)
        try:
            result = subprocess.run(words, env=tool.environment(self.index), stdin=subprocess.DEVNULL, timeout=timeout,
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace", **options)
        except FileNotFoundError as error:
            # The interpreter of an environment that was cut off in the making: as a shell would say it.
            result = subprocess.CompletedProcess(words, 127, "", str(error))
        except subprocess.TimeoutExpired as error:
            result = subprocess.CompletedProcess(words, 124, "", str(error))
        if check and result.returncode != 0:
            sys.exit(f"{' '.join(words)[:300]}\nexit code {result.returncode}\n{result.stdout[-3000:]}{result.stderr[-3000:]}")
        return result


def remove(path):
    """Removes a tree, which need not be there."""
    if path.exists():
        subprocess.run(["rm", "-rf", str(path)], check=True)


def restore(snapshot, place):
    """Puts a snapshot back to where it was taken; `None` is nothing. Copies: a tool may write into a file in place."""
    remove(place)
    if snapshot is not None:
        subprocess.run(["cp", "-a", str(snapshot), str(place)], check=True)


# uv's lock, which stays and says nothing.
NOT_COMPARED = {".lock"}


def tree(folder):
    """What is in a folder: for each path its kind, mode and content. Byte-code counts without the time of its source."""
    found = {}
    for above, folders, files in os.walk(folder):
        for name in folders + files:
            path = os.path.join(above, name)
            key = os.path.relpath(path, folder)
            if key in NOT_COMPARED:
                continue
            mode = os.lstat(path).st_mode
            if os.path.islink(path):
                found[key] = ("link", os.readlink(path))
            elif name in folders:
                found[key] = ("folder", mode)
            else:
                with open(path, "rb") as file:
                    data = file.read()
                found[key] = ("file", mode, hashlib.sha256(plain(key, data)).hexdigest())
    return found


def without_byte_code(found):
    """A tree without byte-code, and without the lists that name it."""
    return {path: what for path, what in found.items() if "__pycache__" not in path and not path.endswith("/RECORD")}


def with_links(found, expected):
    """A tree in which an interpreter that was copied counts as the link it should be: where there can be no links, venv
    makes copies of the program behind them."""
    links = [what[1] for path, what in expected.items() if path.startswith("bin/python") and what[0] == "link"]
    program = next(filter(os.path.isabs, links), None)
    if program is None:
        return found
    with open(program, "rb") as file:
        copy = hashlib.sha256(file.read()).hexdigest()
    return {path: expected[path] if what[0] == "file" and what[2] == copy and expected.get(path, ("",))[0] == "link" else what
            for path, what in found.items()}


def plain(name, data):
    if not name.endswith(".pyc"):
        return data
    try:
        # The oldest form has no references, which depend on what else was in memory.
        return data[:8] + marshal.dumps(marshal.loads(data[16:]), 2)
    except (EOFError, ValueError, TypeError):
        return data


def difference(found, expected, count=3):
    """The first paths in which two trees differ."""
    paths = [path for path in sorted(found.keys() | expected.keys()) if found.get(path) != expected.get(path)]
    return f"{len(paths)} paths differ: {', '.join(paths[:count])}"


def claimed_but_missing(env):
    """Projects with metadata that name files which are not there (or no RECORD at all)."""
    projects = set()
    for info in env.glob("lib/python*/site-packages/*.dist-info"):
        if not (info / "METADATA").exists():
            continue
        try:
            lines = (info / "RECORD").read_text().splitlines()
        except OSError:
            lines = [f"{info.name}/RECORD,,"]
        if not all((info.parent / line.rsplit(",", 2)[0].strip('"')).exists() for line in lines):
            projects.add(info.name)
    return projects


def table(heads, rows):
    """A table as Markdown."""
    widths = [max(len(str(row[column])) for row in (heads, *rows)) for column in range(len(heads))]
    lines = ["| " + " | ".join(str(cell).ljust(width) for cell, width in zip(row, widths)) + " |" for row in (heads, *rows)]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)
