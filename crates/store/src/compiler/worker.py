"""Compiles one file after another for oxipip, as py_compile does, until its standard input ends.

A request is three lengths (4 bytes each, big-endian) and three byte strings: the source's path, the path to write,
and the file name to record in the code object. A reply is a letter and 4 bytes: "c" and the size of what was
written, "s" for a source that does not compile, "e" and the errno of a file operation that failed.
"""

import gc
import os
import sys

try:
    import _frozen_importlib_external as importing
except ImportError:
    from importlib import _bootstrap_external as importing


class NoCodecs:
    """Keeps codecs from being imported.

    pip 26.3 imports nothing once it installs, so it cannot compile a source in an encoding that needs a codec of
    its own, such as big5: Python compiles it when it is first imported. The trees are to be equal.
    """

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.startswith("encodings."):
            raise ImportError(name)


def compile_file(source, place, recorded, by_hash):
    with open(source, "rb") as file:
        status = os.fstat(file.fileno())
        text = file.read()
    try:
        loader = importing.SourceFileLoader("<oxipip>", recorded)
        code = loader.source_to_code(text, recorded)
        if by_hash:
            import _imp

            digest = _imp.source_hash(importing._RAW_MAGIC_NUMBER, text)
            compiled = importing._code_to_hash_pyc(code, digest, True)
        else:
            compiled = importing._code_to_timestamp_pyc(code, int(status.st_mtime), len(text))
    except Exception:
        return None
    # The mode is the source's, without its executable bits, as Python writes it.
    file = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, (status.st_mode | 0o200) & 0o666)
    with open(file, "wb") as file:
        file.write(compiled)
    return len(compiled)


def main():
    by_hash = sys.argv[1] == "hash"
    sys.meta_path.insert(0, NoCodecs)
    requests = open(0, "rb")
    replies = open(1, "wb", buffering=0)
    replies.write(importing.MAGIC_NUMBER)
    # Code objects have no cycles to collect, and there are very many of them.
    gc.disable()
    while True:
        header = requests.read(12)
        if len(header) < 12:
            return
        lengths = [int.from_bytes(header[at : at + 4], "big") for at in (0, 4, 8)]
        source, place, recorded = [requests.read(length) for length in lengths]
        try:
            size = compile_file(source, place, recorded.decode("utf-8", "surrogateescape"), by_hash)
            letter, value = (b"s", 0) if size is None else (b"c", size)
        except OSError as error:
            letter, value = b"e", error.errno or 0
        replies.write(letter + value.to_bytes(4, "big"))


main()
