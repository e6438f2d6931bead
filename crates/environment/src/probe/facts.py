# Tells oxipip about the interpreter that runs it: one line of JSON after a marker.
#
# Runs with -E -s -S -c. The syntax is Python 2.7's, so that an interpreter that is too old is
# refused with a sentence and not with a traceback. Modules that take long to import (json, platform,
# re, enum) are left alone where the answer is the same without them: that halves the time.
import sys

if sys.path and sys.path[0] == "":
    del sys.path[0]  # the working folder: its files must not stand in for the standard library

import os

MARKER = "oxipip-facts:"


def tell(answer):
    sys.stdout.write(MARKER + to_json(answer) + "\n")
    sys.stdout.flush()


def to_json(value):
    """What json.dumps gives for the values that are used here."""
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, dict):
        return "{" + ", ".join(quoted(key) + ": " + to_json(value[key]) for key in value) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(to_json, value)) + "]"
    return str(value) if isinstance(value, int) else quoted(value)


def quoted(text):
    """Everything is ASCII: the rest is escaped, lone surrogates of odd paths included."""
    pieces = []
    for character in text:
        code = ord(character)
        if 0x20 <= code < 0x7F and character not in '"\\':
            pieces.append(character)
        elif code < 0x10000:
            pieces.append("\\u%04x" % code)
        else:
            code -= 0x10000
            pieces.append("\\u%04x\\u%04x" % (0xD800 + (code >> 10), 0xDC00 + (code & 0x3FF)))
    return '"' + "".join(pieces) + '"'


def scheme_names():
    """The schemes that sysconfig prefers: outside a virtual environment, in one, for user and home."""
    import sysconfig

    preferred = getattr(sysconfig, "get_preferred_scheme", None)
    available = set(sysconfig.get_scheme_names())
    if preferred is not None:
        names = {"default": preferred("prefix"), "user": preferred("user"), "home": preferred("home")}
        # A virtual environment is known by its prefix; pretend to be one, as distributors patch this.
        real = sys.prefix
        sys.prefix = os.path.join(real, "oxipip-environment")
        try:
            names["venv"] = preferred("prefix")
        finally:
            sys.prefix = real
    else:
        def first(*candidates):
            for candidate in candidates:
                if candidate in available:
                    return candidate
            return "posix_prefix"

        name = sys.implementation.name
        default = first(name + "_" + os.name, name, os.name + "_prefix", os.name)
        names = {
            "default": default,
            "venv": default,
            "user": first(os.name + "_user", "posix_user"),
            "home": first(os.name + "_home", "posix_home"),
        }
    # Redirections of a system's packager hold only where the system installs.
    prefix = names["default"]
    if prefix in ("posix_local", "osx_framework_library"):
        prefix = "posix_prefix"
    names["prefix"] = prefix
    # What the venv module lays a new environment out by (3.11 and newer).
    names["layout"] = "venv" if "venv" in available else names["venv"]
    return names


PLACEHOLDERS = {
    "base": "{base}",
    "platbase": "{platbase}",
    "installed_base": "{installed_base}",
    "installed_platbase": "{installed_platbase}",
    "userbase": "{userbase}",
}


def schemes():
    import sysconfig

    answer = {}
    for use, name in scheme_names().items():
        paths = sysconfig.get_paths(name, vars=dict(PLACEHOLDERS))
        answer[use] = dict((key, paths.get(key, "")) for key in ("purelib", "platlib", "include", "scripts", "data"))
    if sys.version_info < (3, 10) and os.name == "posix":
        local_packages(answer)
    return answer


def local_packages(answer):
    """Debian before 3.10 patches distutils and not sysconfig: pip follows distutils there."""
    import site

    version = "python%d.%d" % sys.version_info[:2]
    folder = os.path.join("local", "lib", version, "dist-packages")
    if any(path.endswith(folder) for path in site.getsitepackages(["/"])):
        answer["default"] = {
            "purelib": "{base}/" + folder,
            "platlib": "{platbase}/" + folder,
            "include": "{base}/local/include/" + version,
            "scripts": "{base}/local/bin",
            "data": "{base}/local",
        }


def site_folders():
    """What the site module adds to sys.path for a prefix, outside and inside a virtual environment."""
    import site

    answer = {"outside": site.getsitepackages(["{base}"])}
    real = sys.prefix
    sys.prefix = os.path.join(real, "oxipip-environment")
    try:
        answer["inside"] = site.getsitepackages(["{base}"])
    finally:
        sys.prefix = real
    return answer


def user_folders():
    import site

    os.environ.pop("PYTHONUSERBASE", None)
    os.environ["HOME" if os.name != "nt" else "APPDATA"] = "{home}"
    if os.name == "nt":
        os.environ["USERPROFILE"] = "{home}"
    get_base = getattr(site, "_getuserbase", None)
    get_path = getattr(site, "_get_path", None)
    return {
        "base": get_base() if get_base else None,
        "site": get_path("{userbase}") if get_path else None,
        "disabled": site.ENABLE_USER_SITE is False,
    }


def implementation_version():
    info = sys.implementation.version
    version = "{}.{}.{}".format(info.major, info.minor, info.micro)
    if info.releaselevel != "final":
        version += info.releaselevel[0] + str(info.serial)
    return version


def markers():
    platform = direct_platform() or platform_module()
    return {
        "implementation_name": sys.implementation.name,
        "implementation_version": implementation_version(),
        "os_name": os.name,
        "platform_machine": platform["machine"],
        "platform_release": platform["release"],
        "platform_system": platform["system"],
        "platform_version": platform["version"],
        "python_full_version": platform["python_version"],
        "platform_python_implementation": platform["implementation"],
        "python_version": ".".join(platform["python_version"].split(".")[:2]),
        "sys_platform": sys.platform,
    }


def direct_platform():
    """What the platform module would say, where it says nothing else than os.uname and sys.version."""
    words = sys.version.replace(" experimental free-threading build", "").split(" ")
    is_plain = len(words) > 1 and words[1].startswith("(") and words[0].count(".") == 2
    if sys.implementation.name != "cpython" or sys.platform not in ("linux", "darwin") or not is_plain:
        return None
    found = os.uname()
    return {
        "machine": found.machine,
        "release": found.release,
        "system": found.sysname,
        "version": found.version,
        "python_version": words[0],
        "implementation": "CPython",
    }


def platform_module():
    import platform

    return {
        "machine": platform.machine(),
        "release": platform.release(),
        "system": platform.system(),
        "version": platform.version(),
        "python_version": platform.python_version(),
        "implementation": platform.python_implementation(),
    }


def abis():
    """The ABI tags, best first, by the rules of the packaging library."""
    import sysconfig

    version = "%d%d" % sys.version_info[:2]
    if sys.implementation.name != "cpython":
        return generic_abis(sysconfig.get_config_var("EXT_SUFFIX"))
    with_debug = sysconfig.get_config_var("Py_DEBUG")
    is_debug = with_debug or (with_debug is None and (hasattr(sys, "gettotalrefcount") or has_debug_suffix()))
    threading = "t" if sysconfig.get_config_var("Py_GIL_DISABLED") and sys.version_info >= (3, 13) else ""
    plain = "cp" + version + threading
    return [plain + "d", plain] if is_debug else [plain]


def has_debug_suffix():
    from importlib.machinery import EXTENSION_SUFFIXES

    return "_d.pyd" in EXTENSION_SUFFIXES


def generic_abis(suffix):
    parts = (suffix or "").split(".")
    if len(parts) < 3 or not parts[1]:
        return []
    pieces = parts[1].split("-")
    if pieces[0] == "cpython":
        abi = "cp" + "-".join(pieces[1:2])
    elif pieces[0].startswith("cp"):
        abi = pieces[0]
    elif pieces[0].startswith("pypy"):
        abi = "-".join(pieces[:2])
    elif pieces[0].startswith("graalpy"):
        abi = "-".join(pieces[:3])
    else:
        abi = parts[1]
    return [abi.replace(".", "_").replace("-", "_").replace(" ", "_")]


def tag_facts():
    import sysconfig

    short = {"python": "py", "cpython": "cp", "pypy": "pp", "ironpython": "ip", "jython": "jy"}
    name = sys.implementation.name
    return {
        "implementation": short.get(name, name),
        "version_nodot": str(sysconfig.get_config_var("py_version_nodot") or "%d%d" % sys.version_info[:2]),
        "abis": abis(),
        "platform": sysconfig.get_platform(),
        "is_64bit": sys.maxsize > 2 ** 32,
        "libc": libc() if sys.platform.startswith("linux") else None,
        "macos": macos() if sys.platform == "darwin" else None,
    }


def macos():
    import platform

    version, _, machine = platform.mac_ver()
    if version.startswith("10.16"):
        # Built against an old SDK, Python is told a compatibility version; a child can ask for the real one.
        import subprocess

        version = subprocess.check_output(
            [sys.executable, "-sS", "-c", "import platform; print(platform.mac_ver()[0])"],
            env={"SYSTEM_VERSION_COMPAT": "0"},
        ).decode().strip()
    return {"version": [int(part) for part in (version.split(".") + ["0"])[:2]], "machine": machine}


def libc():
    """The C library of the running process, and the executable's ELF header as far as tags need it."""
    answer = {"glibc": glibc_version(), "musl": None, "hard_float": False, "i686": False, "path": libc_path()}
    try:
        elf_facts(answer)
    except Exception:  # not an ELF file that the rules know: the tags do without
        pass
    return answer


def glibc_version():
    try:
        text = os.confstr("CS_GNU_LIBC_VERSION")
        return text.rsplit()[1] if text else None
    except (AttributeError, OSError, ValueError, IndexError):
        pass
    try:
        import ctypes

        ask = ctypes.CDLL(None).gnu_get_libc_version
        ask.restype = ctypes.c_char_p
        return ask().decode("ascii")
    except (ImportError, OSError, AttributeError):
        return None


def libc_path():
    """The file whose replacement makes what is known of the C library worthless."""
    try:
        with open("/proc/self/maps", "rb") as maps:
            for line in maps:
                path = os.fsdecode(line.rstrip(b"\n").split(b" ")[-1])
                name = os.path.basename(path)
                if name.startswith(("libc.so", "libc-", "ld-musl-")):
                    return path
    except (OSError, IOError):
        pass
    return None


def elf_facts(answer):
    import struct

    with open(sys.executable, "rb") as file:
        ident = file.read(16)
        if ident[:4] != b"\x7fELF" or ident[4] not in (1, 2) or ident[5] not in (1, 2):
            return
        order = "<" if ident[5] == 1 else ">"
        is_64 = ident[4] == 2
        layout = struct.Struct(order + ("HHIQQQIHHH" if is_64 else "HHIIIIIHHH"))
        header = layout.unpack(file.read(layout.size))
        machine, offset, flags, entry_size, entries = header[1], header[4], header[6], header[8], header[9]
        little_32 = not is_64 and order == "<"
        answer["i686"] = little_32 and machine == 3
        answer["hard_float"] = (
            little_32 and machine == 40 and flags & 0xFF000000 == 0x05000000 and flags & 0x400 == 0x400
        )
        for index in range(entries):
            file.seek(offset + entry_size * index)
            entry = struct.unpack(order + ("IIQQQQQQ" if is_64 else "IIIIIIII"), file.read(56 if is_64 else 32))
            if entry[0] == 3:  # PT_INTERP
                start, size = (entry[2], entry[5]) if is_64 else (entry[1], entry[4])
                file.seek(start)
                loader = os.fsdecode(file.read(size)).rstrip("\0")
                if "musl" in loader:
                    answer["musl"] = musl_version(loader)
                return


def musl_version(loader):
    import subprocess

    process = subprocess.Popen([loader], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    lines = process.communicate()[1].decode("utf-8", "replace").splitlines()
    lines = [line.strip() for line in lines if line.strip()]
    if len(lines) < 2 or lines[0][:4] != "musl" or not lines[1].startswith("Version "):
        return None
    return ".".join(lines[1].split()[1].split(".")[:2])


class Parse(object):
    """As much of urllib.parse as the module below needs. Importing all of it takes as long as all else here."""

    @staticmethod
    def urlsplit(url):
        parts = type(sys)("parts")
        parts.netloc = url.split("/")[2]
        return parts

    @staticmethod
    def urljoin(base, path):
        if base.count("/") < 3 or not path or set(path) & set(":/?#.") or set(base) & set("?#"):
            raise ValueError(base, path)  # leave it to those who know the rules
        return base[:base.rindex("/") + 1] + path


def default_index():
    """The index of the interpreter's pip, if its module tells without the package around it."""
    for folder in site_folders()["outside"]:
        path = os.path.join(folder.replace("{base}", sys.base_prefix), "pip", "_internal", "models", "index.py")
        if os.path.exists(path):
            names = {"__name__": "pip._internal.models.index"}
            urllib = type(sys)("urllib")
            urllib.parse = Parse
            stand_ins = {"urllib": urllib, "urllib.parse": Parse}
            modules = sys.modules.copy()
            sys.modules.update(stand_ins)
            try:
                with open(path, "rb") as file:
                    exec(compile(file.read(), path, "exec"), names)
                return str(names["PyPI"].simple_url)
            except Exception:  # a pip of another make: whoever needs the answer imports it
                return None
            finally:
                for name in stand_ins:
                    if name in modules:
                        sys.modules[name] = modules[name]
                    else:
                        del sys.modules[name]
    return None


def magic_number():
    """importlib.util.MAGIC_NUMBER, from where that has it."""
    try:
        from _frozen_importlib_external import MAGIC_NUMBER
    except ImportError:
        from importlib.util import MAGIC_NUMBER
    return "".join("%02x" % byte for byte in MAGIC_NUMBER)


def facts():
    import sysconfig

    executable = sys.executable
    return {
        "executable": executable,
        "base_executable": getattr(sys, "_base_executable", executable) or executable,
        "prefix": sys.base_prefix,
        "exec_prefix": sys.base_exec_prefix,
        "version": list(sys.version_info[:3]),
        "markers": markers(),
        "tags": tag_facts(),
        "cache_tag": sys.implementation.cache_tag or "",
        "magic_number": magic_number(),
        "schemes": schemes(),
        "stdlib": sysconfig.get_path("stdlib"),
        "library_path": [path for path in sys.path if path],
        "site_folders": site_folders(),
        "wheel_folder": sysconfig.get_config_var("WHEEL_PKG_DIR") or None,
        "platlibdir": getattr(sys, "platlibdir", "lib"),
        "user": user_folders(),
        "default_index": default_index(),
    }


def facts_without_threads():
    """The same in two thirds of the time: sysconfig imports threading, and with it a dozen modules, for one lock."""
    import _thread

    threading = type(sys)("threading")
    threading.RLock = _thread.RLock
    sys.modules["threading"] = threading
    try:
        return facts()
    finally:
        del sys.modules["threading"]


if sys.version_info < (3, 8):
    tell({"too_old": "%d.%d.%d" % sys.version_info[:3]})
else:
    try:
        answer = facts_without_threads()
    except Exception:  # one that needs more of it, as distributors may have made it
        sys.modules.pop("sysconfig", None)
        answer = facts()
    tell({"facts": answer})
