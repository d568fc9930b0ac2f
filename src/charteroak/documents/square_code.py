"""A text as a square code (QR, ISO/IEC 18004) that every telephone reads, as SVG."""

import io

QUIET_MODULES = 4
"""The empty border that a reader needs around the code."""


def square_code(text: str) -> str:
    """The SVG of a code that still reads with a quarter of it soiled (level Q), or with less where the text is long.

    Raises:
        ValueError: the text does not fit into the largest code.
    """
    import segno  # noqa: PLC0415 - few commands print a code

    level = "q" if len(text) <= 600 else "m"
    code = segno.make(text, error=level, micro=False, boost_error=False)
    out = io.BytesIO()
    code.save(out, kind="svg", xmldecl=False, border=QUIET_MODULES, dark="#000", light="#fff", nl=False)
    return out.getvalue().decode("utf-8")
