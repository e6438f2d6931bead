"""Random texts, everyday and hostile, of everything this room reads."""

import random
import string

PARTS = {
    "pre": ["a", "b", "rc", "c", "alpha", "beta", "pre", "preview", "A", "RC", "Alpha"],
    "post": ["post", "rev", "r", "POST"],
    "dev": ["dev", "DEV"],
}
OPERATORS = ["==", "!=", "<=", ">=", "<", ">", "~=", "==="]
VARIABLES = [
    "python_version", "python_full_version", "os_name", "sys_platform", "platform_release", "platform_system",
    "platform_version", "platform_machine", "platform_python_implementation", "implementation_name",
    "implementation_version", "extra",
]
ODD_VARIABLES = ["os.name", "sys.platform", "platform.version", "platform.machine", "python_implementation",
                 "platform.python_implementation", "extras", "dependency_groups", "platform.release", "pythonversion"]
VALUES = [
    "3.8", "3.9.1", "3.10", "3.14.0a1", "3.14.0a1+local", "3.1.*", "3", "4.0.0", "2.7", "posix", "nt", "linux", "win32",
    "darwin", "CPython", "cpython", "pypy", "x86_64", "Linux", "", "test", "Foo_Bar", "foo-bar", "6.1.0-13-amd64", "6.1",
    "6", "#1 SMP", "3.8 3.9", "3.8,3.9", "linux linux2", ">=3", "=3.8", "os_name", "python_version", "extra", "1!3", "v3.8",
    "3.8.dev0", "3.12.1+local", "3.14.0a1+", " 3.8", "3.8 ", "a.b", "A__b",
]
RELEASES = ["1", "1.0", "1.1", "1.0.1", "2", "2.0", "1.2.3", "0", "0.0", "1.0.0.0.0", "1.4", "1!1", "0.9", "1.0.70000"]
NAMES = ["foo", "Foo", "foo-bar", "foo_bar", "Foo.Bar", "a", "A1", "x--y", "zope.interface", "typing_extensions", "a_", "b-.c"]
NON_ASCII = "éßΩж中\u00a0\u2003\u0663\u0301\u200bΣ²ⅷ①\U0001f600\u202fªİı\u0130ǅ\uff11"
JUNK = string.printable + NON_ASCII + "\x1c\x85\u2028\0"
SYNTAX = " \t,;()[]@'\"<>=!~.*+-_&|\\\n"


class Texts:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.releases = RELEASES

    def focus(self):
        """From here on, small versions are of one or two releases, so that they often meet."""
        self.releases = self.random.sample(RELEASES, self.pick([1, 2])) if self.chance(0.8) else RELEASES

    def chance(self, probability):
        return self.random.random() < probability

    def pick(self, options):
        return self.random.choice(options)

    def space(self):
        return self.pick(["", "", "", "", " ", " ", "  ", "\t", " \t "])

    def number(self):
        kind = self.random.random()
        if kind < 0.70:
            return str(self.random.randint(0, 12))
        if kind < 0.82:
            return str(self.pick([63, 64, 99, 1023, 1024, 4095, 4096, 16383, 16384, 65535, 65536, 2024, 20240131]))
        if kind < 0.90:
            return "0" * self.random.randint(1, 3) + str(self.random.randint(0, 30))
        if kind < 0.95:
            return str(2 ** self.pick([31, 32, 63, 64, 65]) + self.random.randint(-1, 1))
        return "".join(self.pick(string.digits) for _ in range(self.random.randint(15, 40)))

    def release(self, least=1):
        length = max(least, self.pick([1, 2, 2, 2, 3, 3, 3, 4, 5, 7, 8, 9]))
        return ".".join(self.pick(["0", self.number()]) if self.chance(0.4) else self.number() for _ in range(length))

    def suffix(self, kind):
        separator = lambda: self.pick(["", "", "", ".", "-", "_"])
        return separator() + self.pick(PARTS[kind]) + separator() + self.pick(["", self.number(), self.number()])

    def local(self):
        parts = [self.pick(["abc", "Ubuntu", "1", "007", "cu118", "9", self.number()]) for _ in range(self.pick([1, 1, 2, 3]))]
        return "+" + self.pick([".", "-", "_"]).join(parts)

    def suffixes(self, local=True):
        text = ""
        if self.chance(0.35):
            text += self.suffix("pre")
        if self.chance(0.2):
            text += self.pick(["-" + self.number(), self.suffix("post"), self.suffix("post")])
        if self.chance(0.2):
            text += self.suffix("dev")
        if local and self.chance(0.15):
            text += self.local()
        return text

    def version(self, local=True, least=1):
        text = self.pick([self.release(least), self.release(least)]) + (self.suffixes(local) if self.chance(0.6) else "")
        if self.chance(0.06):
            text = self.number() + "!" + text
        return ("v" if self.chance(0.04) else "") + text

    def small_version(self):
        """Few different versions close to each other, so that comparisons often matter."""
        text = self.pick(self.releases)
        ending = ["", "", "", "", "a1", "rc1", "b0", ".post1", ".post0", ".dev0", ".dev1", "a1.dev1", "a1.post1", ".post1.dev1",
                  "a1.post1.dev2", "+abc", "+abc.1", "+1", ".post1+abc", "a1+abc", ".dev1+abc", ".post70000", ".dev70000"]
        return text + self.pick(ending)

    def specifier(self, versions=None):
        versions = versions or self.pick([self.version, self.small_version, self.small_version])
        operator = self.pick(OPERATORS)
        version = versions()
        if operator in ("==", "!=") and self.chance(0.3):
            version = self.pick([self.release(), version.split("+")[0].split("a")[0].split(".dev")[0].split(".post")[0]]) + ".*"
        if operator == "===" and self.chance(0.3):
            version = self.pick(["foo", "foo.bar!", "", "1.0-x", "1.0.*", "ÄÖ", "1,2"])
        return operator + self.pick(["", "", " ", "\t ", "\u00a0"] if self.chance(0.1) else ["", " ", ""]) + version

    def specifiers(self):
        items = [self.specifier() for _ in range(self.pick([0, 1, 1, 1, 2, 2, 3, 4]))]
        text = (self.space() + "," + self.space()).join(items)
        return self.pick([text, text, text, text + ",", " " + text, "," + text, text + " "])

    def quoted(self):
        value = self.pick(VALUES) if self.chance(0.8) else self.version()
        if self.chance(0.04):
            value += self.pick(["\\n", "\\x41", "\\101", "\\q", "\\\\", "é", "\\u00e9", "\\'", "\\", "\n", "\\400", "\\\n", "\\U0001f600"])
        quote = self.pick("'\"")
        return quote + value + (quote if not self.chance(0.01) else "")

    def variable(self):
        return self.pick(VARIABLES) if self.chance(0.88) else self.pick(ODD_VARIABLES)

    def comparison(self):
        operator = self.pick(OPERATORS + ["in", "not in", "in", "not in", "not  in"])
        left, right = self.variable(), self.quoted()
        if self.chance(0.25):
            left, right = right, left
        if self.chance(0.04):
            left, right = self.pick([(left, left), (right, right)])
        gap = self.space() if operator[0] in "=!<>~" else self.pick([" ", " ", "  ", ""])
        return left + gap + operator + gap + right

    def marker(self, depth=0):
        items = [self.comparison() if depth > 3 or self.chance(0.75) else "(" + self.space() + self.marker(depth + 1) + self.space() + ")"
                 for _ in range(self.pick([1, 1, 1, 2, 2, 3]))]
        text = items[0]
        for item in items[1:]:
            text += self.pick([" and ", " or ", " and ", " or ", "  and\t"]) + item
        return text

    def name(self):
        if self.chance(0.7):
            return self.pick(NAMES)
        return "".join(self.pick(string.ascii_letters + string.digits + "._-") for _ in range(self.random.randint(1, 8)))

    def extras(self):
        if self.chance(0.65):
            return ""
        names = [self.name() for _ in range(self.pick([0, 1, 1, 2, 3]))]
        return "[" + self.space() + (self.space() + "," + self.space()).join(names) + self.space() + "]"

    def url(self):
        return self.pick(["file:///a/b.whl", "https://example.org/x-1.0.zip#sha256=00", "git+https://example.org/x@v1;y", "./x", "a,b", "é"])

    def requirement(self):
        text = self.space() + self.name() + self.space() + self.extras() + self.space()
        if self.chance(0.15):
            text += "@" + self.space() + self.url() + self.pick([" ", "", " "])
        else:
            specifiers = self.specifiers()
            text += "(" + specifiers + ")" if self.chance(0.12) else specifiers
            text += self.space()
        if self.chance(0.35):
            text += ";" + self.space() + self.marker()
        return text + self.space()

    def component(self, options):
        return ".".join(self.pick(options) for _ in range(self.pick([1, 1, 1, 2, 3])))

    def tag(self):
        return "-".join([
            self.component(["py3", "py2", "cp312", "CP39", "pp310", "cp3_", "3py", "", "é"] if self.chance(0.15) else ["py3", "py2", "cp312"]),
            self.component(["none", "abi3", "cp312", "cp39m", "ABI3"]),
            self.component(["any", "linux_x86_64", "manylinux_2_17_x86_64", "win_amd64", "macosx_10_9_universal2"]),
        ])

    def wheel(self):
        name = self.pick(["foo", "Foo_Bar", "foo.bar", "foo__bar", "_x", "é", "", "a+b", "Ω1", "f\u0345"]) if self.chance(0.4) else self.name().replace("-", "_")
        version = self.version().replace("-", "_")
        build = ["-" + self.pick(["1", "2abc", "007", "x1", "1_é", str(10**20), "3\n4"])] if self.chance(0.25) else []
        return "-".join([name, version]) + "".join(build) + "-" + self.tag() + self.pick([".whl"] * 20 + [".WHL", "", ".zip"])

    def sdist(self):
        """The name of a source distribution and the project it is to belong to."""
        name = self.name()
        extension = self.pick([".tar.gz"] * 8 + [".zip", ".tar.bz2", ".tgz", ".tar", ".tbz", ".txz", ".tlz", ".tar.xz", ".tar.lz",
                                                 ".tar.lzma", ".TAR.gz", ".rpm", "", ".whl", ".Zip", ".exe"])
        spelling = self.pick([name, name.replace("-", "_"), name.replace(".", "-"), name.upper(), name + "-" + self.name()])
        python = self.pick(["-py2.7", "-py3", "-py27", "-py4", "-py3.10", "-py1."]) if self.chance(0.1) else ""
        return spelling + self.pick(["-"] * 12 + ["", "--", "_"]) + self.version() + python + extension, name

    def hostile(self, text):
        """The text with a few random changes."""
        for _ in range(self.pick([1, 1, 1, 2, 3])):
            at = self.random.randint(0, len(text))
            end = min(len(text), at + self.pick([0, 0, 1, 1, 2, 5]))
            new = self.pick([self.pick(SYNTAX), self.pick(SYNTAX), self.pick(JUNK), "", text[at:at + 4] * 2,
                             self.pick(["==", "===", ".*", "and", "or", "not", "in", "((", "))", "1.0", "+x", "\\", "'", '"', "é"])])
            text = text[:at] + new + text[end:]
        return text

    def maybe_hostile(self, text, probability=0.3):
        return self.hostile(text) if self.chance(probability) else text
