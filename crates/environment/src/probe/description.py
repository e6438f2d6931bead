"""What an interpreter says of itself to people who look for a fault."""

import json
import locale
import sys

try:
    locale.setlocale(locale.LC_ALL, "")
except locale.Error:
    pass
encoding = getattr(locale, "getencoding", lambda: locale.getpreferredencoding(False))
print(
    "oxipip-facts:"
    + json.dumps(
        {
            "version": sys.version,
            "default_encoding": sys.getdefaultencoding(),
            "filesystem_encoding": sys.getfilesystemencoding(),
            "locale_encoding": encoding(),
        }
    )
)
