# Tells oxipip which manylinux tags the module _manylinux of this environment accepts, by the rules of the
# packaging library. The arguments are `architecture:major.minor`.
import json
import sys

LEGACY = {
    (2, 5): "manylinux1_compatible",
    (2, 12): "manylinux2010_compatible",
    (2, 17): "manylinux2014_compatible",
}


def accepts(arch, major, minor):
    try:
        import _manylinux
    except ImportError:
        return True
    if hasattr(_manylinux, "manylinux_compatible"):
        answer = _manylinux.manylinux_compatible(major, minor, arch)
        return True if answer is None else bool(answer)
    name = LEGACY.get((major, minor))
    return bool(getattr(_manylinux, name)) if name and hasattr(_manylinux, name) else True


answers = []
for question in sys.argv[1:]:
    arch, _, version = question.partition(":")
    major, _, minor = version.partition(".")
    answers.append(accepts(arch, int(major), int(minor)))
sys.stdout.write("oxipip-facts:" + json.dumps(answers) + "\n")
