"""The build backend inside made-up source distributions: needs nothing but Python."""

import base64
import email
import hashlib
import os
import zipfile


def _stem():
    with open("PKG-INFO", encoding="utf-8") as file:
        fields = email.message_from_file(file)
    name = fields["Name"].replace("-", "_").replace(".", "_").lower()
    return "{}-{}".format(name, fields["Version"])


def _metadata_files():
    with open("PKG-INFO", "rb") as file:
        yield "METADATA", file.read()
    yield "WHEEL", b"Wheel-Version: 1.0\nGenerator: testkit\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    folder = _stem() + ".dist-info"
    os.makedirs(os.path.join(metadata_directory, folder))
    for name, content in _metadata_files():
        with open(os.path.join(metadata_directory, folder, name), "wb") as file:
            file.write(content)
    return folder


def _write(wheel_directory, files):
    stem = _stem()
    files = files + [("{}.dist-info/{}".format(stem, name), content) for name, content in _metadata_files()]
    record = ""
    filename = stem + "-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(wheel_directory, filename), "w") as archive:
        for path, content in files:
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
            record += "{},sha256={},{}\n".format(path, digest, len(content))
            archive.writestr(path, content)
        record += "{}.dist-info/RECORD,,\n".format(stem)
        archive.writestr("{}.dist-info/RECORD".format(stem), record)
    return filename


prepare_metadata_for_build_editable = prepare_metadata_for_build_wheel


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    path = _stem().split("-")[0] + "_editable.pth"
    return _write(wheel_directory, [(path, os.getcwd().encode() + b"\n")])


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    files = []
    for folder, _, names in os.walk("."):
        for name in sorted(names):
            path = os.path.normpath(os.path.join(folder, name))
            if name.endswith(".py") and name not in ("sdist_backend.py", "setup.py"):
                with open(path, "rb") as file:
                    files.append((path, file.read()))
    return _write(wheel_directory, files)
