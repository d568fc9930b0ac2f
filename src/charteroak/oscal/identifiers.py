"""How an element of our catalogs is called in OSCAL: as its publisher calls it there, where it does.

NIST's OSCAL identifiers follow from the printed ones: ``AC-2(1)`` is ``ac-2.1``, ``03.01.05`` of 800-171 is
``SP_800_171_03.01.05``, the 800-53A objective ``AC-01a.01(a)[01]`` is ``ac-1_obj.a.1.a-1``. Where a publisher gives no
OSCAL, ours is the printed one behind the framework's name, with what no token can hold replaced; ``label`` properties
carry the printed one.
"""

import re
import uuid

from charteroak.frameworks.catalog import EditionName

NAMESPACE = "urn:charteroak:oscal"
"""The namespace of our own properties. Names from OSCAL itself bear none."""
_ROOT = uuid.uuid5(uuid.NAMESPACE_URL, NAMESPACE)

_OF_800_53 = frozenset({"nist-800-53", "nist-800-53a", "fedramp"})
_CONTROL = re.compile(r"([A-Z]{2})-(\d+)(?:\((\d+)\))?")
_STEPS = re.compile(r"\[(\d+)\]|\(?([0-9]+|[a-z]+)\)?|\.")
_TOKEN = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*")
_NO_TOKEN = re.compile(r"[^A-Za-z0-9._-]+")
_IRREGULAR = {"PE-03(01)[02]": "pe-3.1_obj.2"}
"""Where NIST's own identifier departs from its pattern."""


def stable_uuid(*names: str) -> str:
    """The UUID of version 5 that some names have always and everywhere; ``/`` inside a name is no separator."""
    return str(uuid.uuid5(_ROOT, "/".join(name.replace("~", "~0").replace("/", "~1") for name in names)))


def control_id(name: EditionName, identifier: str) -> str:
    """The OSCAL identifier of a requirement, control or other element that is no objective."""
    if name.framework in _OF_800_53:
        match = _CONTROL.fullmatch(identifier)
        if match is not None:
            return _base(match)
    if name.framework.startswith("nist-800-171"):
        return f"SP_800_171_{identifier}"
    return _token(name, identifier)


def objective_id(name: EditionName, identifier: str) -> str:
    """The OSCAL identifier of an assessment objective of 800-53A or 800-171A."""
    if name.framework == "nist-800-171a":
        return f"assessment-objective_DS-{identifier}"
    if name.framework == "nist-800-53a":
        if identifier in _IRREGULAR:
            return _IRREGULAR[identifier]
        match = _CONTROL.match(identifier)
        if match is not None:
            return f"{_base(match)}_obj{_steps(identifier[match.end() :])}"
    return _token(name, identifier)


def _base(match: re.Match[str]) -> str:
    enhancement = f".{int(match[3])}" if match[3] else ""
    return f"{match[1].lower()}-{int(match[2])}{enhancement}"


def _steps(rest: str) -> str:
    steps = []
    for bracketed, plain in _STEPS.findall(rest):
        if bracketed:
            steps.append(f"-{int(bracketed)}")
        elif plain:
            steps.append(f".{int(plain) if plain.isdigit() else plain}")
    return "".join(steps)


def _token(name: EditionName, identifier: str) -> str:
    if _TOKEN.fullmatch(identifier):
        return identifier
    return f"{name.framework}_{_NO_TOKEN.sub('.', identifier).strip('.')}"
