"""The comparison notices what it should: planted differences, one at a time.

    python3 -m unittest discover parity -p tests.py
"""

import importlib.util
import os
import py_compile
import shutil
import sys
import tempfile
import types
import unittest
from importlib.machinery import SourceFileLoader
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import trees  # noqa: E402

SOURCE = "lib/python3/site-packages/demo.py"
BYTE_CODE = f"lib/python3/site-packages/__pycache__/demo.{sys.implementation.cache_tag}.pyc"
RECORD = "lib/python3/site-packages/demo-1.0.dist-info/RECORD"


def plant(folder):
    for path, content in [(SOURCE, "def f():\n    return {1, 2.0, 'x'}, -0.0\n"), ("bin/demo", "#!/bin/sh\n"),
                          (RECORD, "demo.py,sha256=abc,3\ndemo-1.0.dist-info/RECORD,,\n")]:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content)
    (folder / "bin/demo").chmod(0o755)
    (folder / "lib64").symlink_to("lib")
    compile_source(folder)


def compile_source(folder):
    py_compile.compile(str(folder / SOURCE), cfile=str(folder / BYTE_CODE), doraise=True,
                       invalidation_mode=py_compile.PycInvalidationMode.TIMESTAMP)


class ComparisonTest(unittest.TestCase):
    def setUp(self):
        self.home = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.home)
        self.ours, self.theirs = self.home / "ours", self.home / "theirs"
        plant(self.ours)
        plant(self.theirs)

    def differences(self, excluded=(), varying=frozenset()):
        comparison = trees.Comparison()
        trees.compare(self.ours, self.theirs, sys.executable, comparison, excluded, varying)
        self.assertGreaterEqual(comparison.compared, 8)
        return comparison.differences

    def test_twins(self):
        self.assertEqual(self.differences(), [])

    def test_other_times_are_no_difference(self):
        os.utime(self.ours / SOURCE, (1, 1))
        compile_source(self.ours)
        self.assertEqual(self.differences(), [])

    def test_content(self):
        (self.ours / "bin/demo").write_text("#!/bin/bash\n")
        self.assertEqual(self.differences(), ["bin/demo: another content"])

    def test_mode(self):
        (self.ours / "bin/demo").chmod(0o700)
        self.assertEqual(self.differences(), ["bin/demo: is file 700, should be file 755"])

    def test_folder_mode(self):
        (self.ours / "bin").chmod(0o700)
        self.assertEqual(self.differences(), ["bin: is folder 700, should be folder 755"])

    def test_link_target(self):
        (self.ours / "lib64").unlink()
        (self.ours / "lib64").symlink_to(self.ours / "lib")
        self.assertEqual(self.differences(), [f"lib64: is link to {self.ours}/lib, should be link to lib"])

    def test_link_and_copy(self):
        (self.ours / "bin/other").symlink_to("demo")
        shutil.copy2(self.theirs / "bin/demo", self.theirs / "bin/other")
        self.assertEqual(self.differences(), ["bin/other: is link to demo, should be file 755"])

    def test_missing_and_extra(self):
        (self.ours / "bin/demo").rename(self.ours / "bin/demo2")
        self.assertEqual(self.differences(), ["bin/demo: missing", "bin/demo2: should not be there"])

    def test_empty_folder(self):
        (self.ours / "include").mkdir()
        self.assertEqual(self.differences(), ["include: should not be there"])

    def test_record_row(self):
        (self.ours / RECORD).write_text("demo.py,sha256=abd,3\ndemo-1.0.dist-info/RECORD,,\n")
        self.assertEqual(self.differences(), [f"{RECORD}: lacks the row demo.py,sha256=abc,3",
                                              f"{RECORD}: has the row demo.py,sha256=abd,3"])

    def test_record_order_and_spelling(self):
        (self.ours / RECORD).write_text("demo-1.0.dist-info/RECORD,,\ndemo.py,sha256=abc,3\n")
        self.assertEqual(self.differences(), [f"{RECORD}: the same rows in another order"])
        (self.ours / RECORD).write_text("\"demo.py\",sha256=abc,3\ndemo-1.0.dist-info/RECORD,,\n")
        self.assertEqual(self.differences(),
                         [f"{RECORD}: the same rows spelt otherwise (quotes or line ends)"])

    def test_varying_files_must_be_there(self):
        (self.ours / SOURCE).with_name("built.so").write_text("built at one time")
        (self.theirs / SOURCE).with_name("built.so").write_text("built at another")
        (self.ours / RECORD).write_text("built.so,sha256=abc,17\ndemo.py,sha256=abc,3\n")
        (self.theirs / RECORD).write_text("built.so,sha256=def,16\ndemo.py,sha256=abc,3\n")
        built = str(Path(SOURCE).with_name("built.so"))
        self.assertEqual(len(self.differences()), 3)
        self.assertEqual(self.differences(varying={built}), [])
        (self.ours / built).chmod(0o755)
        self.assertEqual(len(self.differences(varying={built})), 1)
        (self.ours / built).unlink()
        self.assertEqual(self.differences(varying={built}), [f"{built}: missing"])

    def test_code(self):
        (self.home / "other.py").write_text("def f():\n    return {1, 2.0, 'x'}, 0.0\n")
        own = (self.ours / BYTE_CODE).read_bytes()
        other = self.home / "other.pyc"
        py_compile.compile(str(self.home / "other.py"), cfile=str(other))
        (self.ours / BYTE_CODE).write_bytes(own[:16] + other.read_bytes()[16:])
        self.assertEqual(self.differences(), [f"{BYTE_CODE}: another code object"])

    def test_stale_code(self):
        os.utime(self.ours / SOURCE, (1, 1))
        self.assertEqual(self.differences(), [f"{BYTE_CODE}: is stale: its source has another time"])

    def test_damaged_code(self):
        own = (self.ours / BYTE_CODE).read_bytes()
        (self.ours / BYTE_CODE).write_bytes(own[:20])
        self.assertIn("is damaged", self.differences()[0])

    def test_code_of_another_interpreter(self):
        own = (self.ours / BYTE_CODE).read_bytes()
        (self.ours / BYTE_CODE).write_bytes(b"\0\0\r\n" + own[4:])
        self.assertEqual(self.differences(), [f"{BYTE_CODE}: is for another interpreter"])

    def test_excluded(self):
        (self.ours / "bin/demo").unlink()
        (self.ours / "share").mkdir()
        (self.ours / "share/x").touch()
        self.assertEqual(self.differences(["bin/d*", "share"]), [])


class ToolsTest(unittest.TestCase):
    """What compare_tools takes for a difference between two visits."""

    def setUp(self):
        loader = SourceFileLoader("compare_tools", str(Path(__file__).resolve().parent / "compare_tools"))
        self.module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
        loader.exec_module(self.module)

    def differences(self, *steps):
        ours = [("install", 0, ""), ("list", 0, "demo 1.0\n")]
        return self.module.differences(*(types.SimpleNamespace(steps=it, log=[]) for it in (ours, list(steps))))

    def test_the_same(self):
        self.assertEqual(self.differences(("install", 0, ""), ("list", 0, "demo 1.0\n")), [])

    def test_an_exit_code(self):
        lines = self.differences(("install", 1, ""), ("list", 0, "demo 1.0\n"))
        self.assertEqual(lines, ["  install: exit code 0, with real pip 1"])

    def test_an_answer(self):
        lines = self.differences(("install", 0, ""), ("list", 0, "demo 2.0\n"))
        self.assertIn("    -demo 2.0", lines)
        self.assertIn("    +demo 1.0", lines)


if __name__ == "__main__":
    unittest.main()
