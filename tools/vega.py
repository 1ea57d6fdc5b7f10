"""python -m tools.vega: the script of HTML exports anew, from the vl-convert that is installed.

Vega, Vega-Lite and Vega-Embed as one script, packed. On a server its making would take seconds and
170 MB; a test holds that the file is what this makes.
"""

from __future__ import annotations

import gzip

from weightkit.charts.export.engine import LIBRARY


def made() -> bytes:
    """The script, as vl-convert bundles it."""
    import vl_convert

    return vl_convert.javascript_bundle().encode()


if __name__ == "__main__":
    LIBRARY.write_bytes(gzip.compress(made(), 9, mtime=0))
