"""What `packaging` and pip make of a text. Each function asks a random question and gives it with its answers, or None
where there is no answer to compare with."""

import platform
import sys
import sysconfig

from packaging import _manylinux, _musllinux, tags as _tags
from packaging.markers import Marker, InvalidMarker, UndefinedComparison, UndefinedEnvironmentName, default_environment
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version
from pip._internal.index.package_finder import LinkEvaluator, _extract_version_from_fragment
from pip._internal.utils import compatibility_tags
from pip._internal.utils.misc import splitext
from pip._internal.utils.unpacking import SUPPORTED_EXTENSIONS
import packaging.utils

ENVIRONMENTS = [
    {},
    {"python_version": "3.14", "python_full_version": "3.14.0a1+", "implementation_version": "3.14.0a1", "platform_release": "6.1.0-13-amd64"},
    {"python_version": "3.8", "python_full_version": "3.8.10", "os_name": "nt", "sys_platform": "win32", "platform_system": "Windows",
     "platform_release": "10", "platform_machine": "AMD64"},
    {"python_version": "3.10", "python_full_version": "3.10.14", "implementation_name": "pypy", "implementation_version": "7.3.17",
     "platform_python_implementation": "PyPy", "platform_release": "6.1+deb"},
    {"python_version": "3.13", "python_full_version": "3.13.0rc2", "implementation_version": "3.13.0rc2", "platform_release": ""},
    {"python_version": "3.12", "python_full_version": "3.12.1+local", "implementation_version": "1!2+x", "platform_version": "#1 SMP"},
]
FIXED = [
    ">=1,", "===foo", "<1.0rc1", "!=1.*", "~=1.4.2", "~=1", "== 1.0.*", "===", "==1!1.0.*", "<0", "<0.dev0", ">=0.dev0", ",,",
    "~=1.0.0.post1", "~=1!1.0rc1", ">1.0.post1.dev3", "<=1.0+abc", "==1.0+abc", "!=1.0+ABC.1", "===1.0.POST1", "===1.0A1", ">v1.0",
]


def unusable(text):
    """Whether `packaging` itself fails over a text, or knows more than any text can say here.

    `~=` takes letters that are equal to ASCII ones but for their case and then stumbles over them. Names of characters and half
    surrogate pairs in quoted texts are refused and replaced by oxipip.
    """
    return "~=" in text and any(c in text for c in "ſıİ") or "\\N" in text or any("\ud800" <= c <= "\udfff" for c in text)


def fixed():
    """Questions that are always asked."""
    for text in FIXED:
        yield specifiers_of(text, ["1.0", "1.0rc1", "1.0.post1", "1.0+abc", "0", "1.4.5", "2", "1!1.0.3"])
    yield {"kind": "system_tags", "facts": system_facts(), "tags_": [str(tag) for tag in compatibility_tags.get_supported()],
           "system_tags_": [str(tag) for tag in _tags.sys_tags()]}


def version(texts):
    text = texts.maybe_hostile(texts.version(), 0.25)
    text = texts.pick([text, text, text, " " + text + "\n", "\u00a0" + text])
    line = {"kind": "version", "text": text}
    try:
        version = Version(text)
    except InvalidVersion as error:
        return {**line, "error_": str(error)}
    pre = None if version.pre is None else list(map(str, version.pre))
    return {**line, "shown_": str(version), "public_": version.public, "base_": version.base_version, "prerelease_": version.is_prerelease,
            "postrelease_": version.is_postrelease, "devrelease_": version.is_devrelease, "local_": version.local is not None,
            "epoch_": str(version.epoch), "release_": list(map(str, version.release)), "pre_": pre}


def compare(texts):
    texts.focus()
    make = texts.pick([texts.version, texts.small_version, texts.small_version])
    left, right = make(), make()
    try:
        a, b = Version(left), Version(right)
    except InvalidVersion:
        return None
    return {"kind": "compare", "left": left, "right": right, "order_": (a > b) - (a < b)}


def specifiers(texts):
    texts.focus()
    text = texts.maybe_hostile(texts.specifiers(), 0.2)
    return specifiers_of(text, [texts.pick([texts.small_version, texts.small_version, texts.version])() for _ in range(8)])


def specifiers_of(text, versions):
    if unusable(text):
        return None
    line = {"kind": "specifiers", "text": text, "versions": versions}
    try:
        found = SpecifierSet(text)
    except InvalidSpecifier as error:
        return {**line, "error_": str(error)}
    versions = [Version(version) for version in versions]
    # A list is compared with the ranges of the set, one version alone in a shorter way.
    line["contains_"] = [found.contains(version, prereleases=True) for version in versions]
    for name, prereleases in ("default", None), ("final", False), ("all", True):
        line[f"filter_{name}_"] = list(found.filter(range(len(versions)), prereleases=prereleases, key=versions.__getitem__))
    line["shown_"] = str(found)
    line["prereleases_"] = found.prereleases is True
    line["count_"] = len({str(specifier) for specifier in found._canonical_specs()})
    return line


def equal(texts):
    texts.focus()
    left, right = texts.specifiers(), texts.specifiers()
    if texts.chance(0.5):
        right = ",".join(reversed(left.split(",")))
    if texts.chance(0.5):
        right = right.replace("1.0", "1").replace("2.0", "2")
    if unusable(left + right):
        return None
    try:
        a, b = SpecifierSet(left), SpecifierSet(right)
    except InvalidSpecifier:
        return None
    return {"kind": "equal", "left": left, "right": right, "equal_": a == b, "both_": str(a & b)}


def requirement(texts):
    text = texts.maybe_hostile(texts.requirement(), 0.35)
    if unusable(text):
        return None
    line = {"kind": "requirement", "text": text}
    try:
        found = Requirement(text)
    except InvalidRequirement as error:
        return {**line, "error_": str(error)}
    return {**line, "name_": found.name, "project_": canonicalize_name(found.name), "written_extras_": sorted(found.extras),
            "extras_": sorted({canonicalize_name(extra) for extra in found.extras}), "specifiers_": str(found.specifier),
            "url_": found.url, "marker_": shown(found.marker) if found.marker else None, "shown_": shown(found)}


def shown(value):
    """The text of a value; None where a marker's text could not be quoted."""
    try:
        return str(value)
    except ValueError:
        return None


def marker(texts):
    text = texts.maybe_hostile(texts.marker(), 0.25)
    if unusable(text):
        return None
    line = {"kind": "marker", "text": text}
    try:
        found = Marker(text)
    except InvalidMarker as error:
        return {**line, "error_": str(error)}
    if unusable(repr(found._markers)):
        return None
    questions = []
    for _ in range(3):
        environment = {**default_environment(), **texts.pick(ENVIRONMENTS)}
        context = texts.pick(["metadata", "metadata", "lock_file", "requirement"])
        question = {"environment": environment, "context": context}
        known = dict(environment)
        if context == "metadata":
            question["extra"] = known["extra"] = texts.pick(["", "test", "Foo_Bar", "a.b"])
        elif context == "lock_file":
            names = lambda: [texts.pick(["foo-bar", "test", "x"]) for _ in range(texts.pick([0, 1]))]
            question["extras"], question["groups"] = names(), names()
            known["extras"], known["dependency_groups"] = set(question["extras"]), set(question["groups"])
        try:
            question["holds_"] = found.evaluate(known, context=context)
        except (UndefinedComparison, UndefinedEnvironmentName) as error:
            question["error_"] = str(error)
        questions.append(question)
    return {**line, "shown_": shown(found), "questions": questions}


def wheel(texts):
    text = texts.maybe_hostile(texts.wheel(), 0.2)
    line = {"kind": "wheel", "text": text}
    try:
        name, version, build, tags = parse_wheel_filename(text)
    except InvalidWheelFilename as error:
        return {**line, "error_": str(error)}
    return {**line, "name_": name, "version_": str(version), "build_": f"{build[0]}{build[1]}" if build else None,
            "tags_": sorted(map(str, tags))}


def sdist(texts):
    text, project = texts.sdist()
    text = texts.maybe_hostile(text, 0.15).replace("/", "-")
    canonical = canonicalize_name(project)
    line = {"kind": "sdist", "text": text, "project": project}
    stem, extension = splitext(text)
    if not extension:
        return {**line, "error_": "not a file"}
    if extension not in SUPPORTED_EXTENSIONS or extension == ".whl":
        return {**line, "error_": f"unsupported archive format: {extension}"}
    version = _extract_version_from_fragment(stem, canonical)
    if not version:
        return {**line, "error_": f"Missing project version for {canonical}"}
    python = None
    match = LinkEvaluator._py_version_re.search(version)
    if match and not version.endswith("\n"):
        version, python = version[:match.start()], match.group(1)
    try:
        return {**line, "version_": str(Version(version)), "python_": python, "extension_": extension}
    except InvalidVersion as error:
        return {**line, "error_": str(error)}


def name(texts):
    text = texts.maybe_hostile(texts.name(), 0.4)
    valid = packaging.utils._validate_regex.fullmatch(text) is not None
    return {"kind": "name", "text": text, "valid_": valid, "normalised_": canonicalize_name(text)}


def targets(texts):
    number = lambda: texts.random.randint(0, 17)
    arch = lambda: texts.pick(["x86_64", "arm64", "i386", "ppc64", "ppc", "intel", "universal2", "i686", ""])
    make = [lambda: f"macosx_{number()}_{number()}_{arch()}", lambda: f"macosx_10_{number()}_{arch()}", lambda: f"ios_{number()}_{number()}_arm64-iphoneos",
            lambda: f"android_{number() + 8}_arm64-v8a", lambda: f"manylinux20{texts.pick(['14', '10'])}_{arch()}", lambda: "any", lambda: "macosx_1_2_3_4_x",
            lambda: f"macosxx_{number()}_{number()}_{arch()}", lambda: "win_amd64", lambda: "manylinux2010", lambda: "linux_x86_64", lambda: "ios_x"]
    platforms = [texts.pick(make)() for _ in range(texts.pick([1, 2, 3]))]
    return {"kind": "targets", "platforms": platforms, "expanded_": compatibility_tags._expand_allowed_platforms(platforms)}


def tags(texts):
    """The tags of an interpreter and a system that are not those at hand."""
    version = (3, texts.random.randint(1, 16))
    implementation = texts.pick(["cp", "cp", "cp", "pp", "graalpy"])
    flags = texts.pick(["", "", "t", "d", "td"])
    abis = [f"cp3{version[1]}{flags}"] if implementation == "cp" else ["pypy3_x", "none"][: texts.pick([1, 2])]
    abis += texts.pick([[], [], ["abi3"], ["none"], ["abi3", "abi3t", "none", "abi3"], ["CP_other"]])
    platform, is_32bit, glibc, musl = random_system(texts)
    platforms = linux_platforms(platform, is_32bit, glibc, musl)
    major_only = implementation == "cp" and texts.chance(0.1)
    found = supported((3,) if major_only else version, implementation, abis, platforms)
    wheels = [texts.tag().replace("é", "e") for _ in range(5)] + [str(texts.pick(found)) for _ in range(3)]
    ranks = {tag: index for index, tag in enumerate(found)}
    best = []
    for wheel in list(wheels):
        try:
            known = [ranks[tag] for tag in _tags.parse_tag(wheel) if tag in ranks]
        except _tags.InvalidTag:
            wheels.remove(wheel)
            continue
        best.append(min(known, default=None))
    return {"kind": "tags", "implementation": implementation, "version": [3, None if major_only else version[1]], "abis": abis,
            "platform": platform, "is_32bit": is_32bit, "glibc": glibc, "musl": musl, "platforms_": platforms,
            "tags_": [str(tag) for tag in found], "wheels": wheels, "ranks_": best}


def supported(version, implementation, abis, platforms):
    """What pip's `get_supported` lists; that asks for the platforms of the running system."""
    interpreter = implementation + "".join(map(str, version))
    if implementation == "cp":
        first = _tags.cpython_tags(version, abis, platforms)
    else:
        first = _tags.generic_tags(interpreter, abis, platforms)
    return [*first, *_tags.compatible_tags(version, interpreter, platforms)]


def random_system(texts):
    platform = texts.pick(["linux-x86_64", "linux-aarch64", "linux-i686", "linux-armv7l", "linux-s390x", "linux-sparc", "linux-riscv64", "win-amd64"])
    is_32bit = platform in ("linux-i686", "linux-armv7l") or texts.chance(0.2)
    glibc = texts.pick([(2, texts.random.randint(3, 45)), (2, 17), (2, 5), (3, 2), None])
    musl = (1, texts.random.randint(0, 4)) if glibc is None and texts.chance(0.7) else None
    return platform, is_32bit, glibc, musl


def linux_platforms(platform, is_32bit, glibc, musl):
    """The platforms of a Linux that is not the one at hand."""
    saved = (sysconfig.get_platform, _manylinux._get_glibc_version, _manylinux._is_linux_armhf, _manylinux._is_linux_i686, _musllinux._get_musl_version)
    try:
        sysconfig.get_platform = lambda: platform
        _manylinux._get_glibc_version = lambda: _manylinux._GLibCVersion(*(glibc or (-1, -1)))
        _manylinux._is_linux_armhf = _manylinux._is_linux_i686 = lambda executable: True
        _musllinux._get_musl_version = lambda executable: musl and _musllinux._MuslVersion(*musl)
        return list(_tags._linux_platforms(is_32bit))
    finally:
        sysconfig.get_platform, _manylinux._get_glibc_version, _manylinux._is_linux_armhf, _manylinux._is_linux_i686, _musllinux._get_musl_version = saved


def system_facts():
    """What oxipip would have to know of the interpreter that runs this."""
    cpython = _tags.interpreter_name() == "cp"
    return {
        "implementation": _tags.interpreter_name(),
        "version": sys.version_info[:2],
        "debug": bool(sysconfig.get_config_var("Py_DEBUG")),
        "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
        "abis": None if cpython else _tags._generic_abi(),
        "system": platform.system(),
        "platform": sysconfig.get_platform(),
        "is_32bit": _tags._32_BIT_INTERPRETER,
        "glibc": (lambda found: None if found[0] < 0 else list(found))(_manylinux._get_glibc_version()),
        "musl": (lambda found: found and list(found))(_musllinux._get_musl_version(sys.executable)),
        "macos": platform.mac_ver()[0],
    }
