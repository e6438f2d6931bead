"""The made-up packages of the cases: wheels, source archives with a build backend of their own, and an index of them."""

import base64
import gzip
import hashlib
import io
import tarfile
import zipfile

TIME = (2020, 2, 2, 0, 0, 0)
# Builds the tree it lies in; a wheel of a tree is the same at every build.
BACKEND = '''\
import os, zipfile

def _read():
    with open("PKG-INFO") as file:
        text = file.read()
    fields = dict(line.split(": ", 1) for line in text.split("\\n\\n")[0].splitlines())
    return fields["Name"], fields["Version"], text

def _files(folder):
    name, version, text = _read()
    info = f"{name.replace('-', '_')}-{version}.dist-info"
    wheel = "Wheel-Version: 1.0\\nGenerator: made-up\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    return info, {f"{info}/METADATA": text, f"{info}/WHEEL": wheel}

def prepare_metadata_for_build_wheel(folder, config_settings=None):
    info, files = _files(folder)
    os.makedirs(os.path.join(folder, info))
    for path, text in files.items():
        with open(os.path.join(folder, path), "w") as file:
            file.write(text)
    return info

def _build(folder, modules):
    info, files = _files(folder)
    files.update(modules)
    files[f"{info}/RECORD"] = "".join(f"{path},,\\n" for path in [*files, f"{info}/RECORD"])
    wheel = f"{info[:-len('.dist-info')]}-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(folder, wheel), "w") as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(path, (2020, 2, 2, 0, 0, 0)), text)
    return wheel

def build_wheel(folder, config_settings=None, metadata_directory=None):
    module = _read()[0].replace("-", "_") + ".py"
    return _build(folder, {module: f"SETTINGS = {config_settings!r}\\n"})

prepare_metadata_for_build_editable = prepare_metadata_for_build_wheel

def build_editable(folder, config_settings=None, metadata_directory=None):
    return _build(folder, {f"__editable__.{_read()[0]}.pth": os.getcwd() + "\\n"})
'''
PYPROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'


class Package:
    """One release, as cases/packages.toml describes it."""

    def __init__(self, name, version, requires=(), extras=(), requires_python=None, fields=(), scripts=(), files=None,
                 tag="py3-none-any", summary=None, yanked=None, kinds=("wheel",)):
        self.name, self.version = name, version
        self.requires, self.extras, self.requires_python = requires, extras, requires_python
        self.fields, self.scripts, self.tag, self.summary = fields, scripts, tag, summary
        self.yanked, self.kinds = yanked, kinds
        self.stem = f"{name.replace('-', '_')}-{version}"
        self.files = files if files is not None else {name.replace("-", "_") + ".py": f"VERSION = {version!r}\n"}

    def metadata(self):
        lines = ["Metadata-Version: 2.1", f"Name: {self.name}", f"Version: {self.version}"]
        lines += [f"Summary: {self.summary}"] if self.summary else []
        lines += self.fields
        lines += [f"Requires-Python: {self.requires_python}"] if self.requires_python else []
        lines += [f"Requires-Dist: {requirement}" for requirement in self.requires]
        lines += [f"Provides-Extra: {extra}" for extra in self.extras]
        return "\n".join(lines) + "\n"

    def content(self):
        """The files of the wheel, RECORD last."""
        info = f"{self.stem}.dist-info"
        files = dict(self.files)
        files[f"{info}/METADATA"] = self.metadata()
        files[f"{info}/WHEEL"] = f"Wheel-Version: 1.0\nGenerator: made-up\nRoot-Is-Purelib: true\nTag: {self.tag}\n"
        if self.scripts:
            files[f"{info}/entry_points.txt"] = "[console_scripts]\n" + "".join(f"{line}\n" for line in self.scripts)
        files[f"{info}/RECORD"] = record(files) + f"{info}/RECORD,,\n"
        return files

    def wheel(self):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for path, text in self.content().items():
                member = zipfile.ZipInfo(path, TIME)
                member.external_attr = 0o100644 << 16
                archive.writestr(member, text)
        return f"{self.stem}-{self.tag}.whl", buffer.getvalue()

    def tree(self):
        """The files of the source tree."""
        return {"PKG-INFO": self.metadata(), "pyproject.toml": PYPROJECT, "backend.py": BACKEND}

    def sdist(self):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as archive:
            for path, text in self.tree().items():
                member = tarfile.TarInfo(f"{self.stem}/{path}")
                member.size, member.mtime = len(text.encode()), 1580601600
                archive.addfile(member, io.BytesIO(text.encode()))
        return f"{self.stem}.tar.gz", gzip.compress(buffer.getvalue(), mtime=0)

    def archives(self):
        return [self.wheel() if kind == "wheel" else self.sdist() for kind in self.kinds]

    def install(self, site_packages, direct_url=None, requested=True):
        """Puts the release into an environment, as an installer would have."""
        files = self.content()
        info = f"{self.stem}.dist-info"
        del files[f"{info}/RECORD"]
        files[f"{info}/INSTALLER"] = "pip\n"
        if requested:
            files[f"{info}/REQUESTED"] = ""
        if direct_url:
            files[f"{info}/direct_url.json"] = direct_url
        files[f"{info}/RECORD"] = record(files) + f"{info}/RECORD,,\n"
        write(site_packages, files)


def record(files):
    rows = []
    for path, text in sorted(files.items()):
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        rows.append(f"{path},sha256={digest},{len(text.encode())}\n")
    return "".join(rows)


def write(folder, files):
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())


def write_links(folder, packages):
    """One folder with every archive, for --find-links."""
    write(folder, {name: data for package in packages for name, data in package.archives()})


def write_index(folder, packages):
    """A simple index of static pages; each wheel's metadata lies beside it."""
    pages = {}
    for package in packages:
        project = package.name.lower().replace("_", "-").replace(".", "-")
        for name, data in package.archives():
            attributes = ""
            if package.requires_python:
                attributes += f' data-requires-python="{package.requires_python.replace("<", "&lt;").replace(">", "&gt;")}"'
            if package.yanked is not None:
                attributes += f' data-yanked="{package.yanked}"'
            write(folder / project, {name: data})
            if name.endswith(".whl"):
                text = package.metadata().encode()
                attributes += f' data-core-metadata="sha256={hashlib.sha256(text).hexdigest()}"'
                write(folder / project, {f"{name}.metadata": text})
            digest = hashlib.sha256(data).hexdigest()
            pages.setdefault(project, []).append(f'<a href="{name}#sha256={digest}"{attributes}>{name}</a><br>\n')
    for project, anchors in pages.items():
        write(folder / project, {"index.html": "<!DOCTYPE html>\n<html><body>\n" + "".join(anchors) + "</body></html>\n"})
