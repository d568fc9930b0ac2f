"""The files that are the same in every dossier, and in every custody export, of a release."""

import re
from functools import cache
from importlib import resources

_RULE = re.compile(r"^# -{60,}\n", re.MULTILINE)
_FUNCTION = re.compile(r"^(?:# [^\n]*\n)*([a-z_0-9]+)\(\) \{.*?^\}\n", re.MULTILINE | re.DOTALL)
_DIRECTIVE = re.compile(r"^#: (section|functions|note) ([^\n]+)\n", re.MULTILINE)


def packaged_verifier() -> bytes:
    """``verify.sh``. It never varies within a release, so that its digest can be published once."""
    return _packaged("verify.sh")


@cache
def packaged_custody_verifier() -> bytes:
    """The ``verify.sh`` of a custody export: the steps of ``verify-custody.sh`` with the dossier's own functions.

    What both do alike is written once, in ``verify.sh``; this file, too, never varies within a release.
    """
    whole = packaged_verifier().decode("utf-8")
    sections = _RULE.split(whole)
    sections[0] = sections[0][sections[0].index("LC_ALL=C") :]
    functions = {match[1]: match[0] for match in _FUNCTION.finditer(whole)}

    def fill(directive: re.Match[str]) -> str:
        if directive[1] == "note":
            return ""
        if directive[1] == "section":
            rule = "" if directive[2] == "0" else f"# {'-' * 114}\n"
            return rule + sections[int(directive[2])].strip("\n") + "\n\n"
        return "\n".join(functions[name] for name in directive[2].split()) + "\n"

    return _DIRECTIVE.sub(fill, _packaged("verify-custody.sh").decode("utf-8")).encode("utf-8")


def packaged_guide() -> bytes:
    """``VERIFY.md``, the steps by hand."""
    return _packaged("VERIFY.md")


def _packaged(name: str) -> bytes:
    return resources.files("charteroak.dossier").joinpath(name).read_bytes()
