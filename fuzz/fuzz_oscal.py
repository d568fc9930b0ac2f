"""Hostile bytes to the reader of OSCAL; what it accepts can be judged, written, resolved and read, without a fault."""

import json
from pathlib import Path

from charteroak.errors import CharterOakError
from charteroak.oscal.checking import read_document, validate_document
from charteroak.oscal.document import write_document
from charteroak.oscal.issues import errors_among
from charteroak.oscal.models import Model
from charteroak.oscal.reading_back import read_back
from charteroak.oscal.recognition import recognized
from charteroak.oscal.resolution import resolve_profile
from charteroak.oscal.shelf import Shelf, Shelved
from charteroak.oscal.wording import control_texts
from harness import fuzz

ASSETS = Path(__file__).parent.parent / "tests" / "assets" / "oscal"
SEEDS = tuple(path.read_bytes() for path in sorted(ASSETS.glob("*")) if path.suffix in {".json", ".xml"})
SHELF = Shelf([Shelved("catalog.json", read_document((ASSETS / "catalog.json").read_bytes()))])


def parse(data: bytes) -> None:
    """A document comes out as it went in; a valid one is also used for what it is for."""
    document = read_document(data)
    written = write_document(document)
    assert read_document(written).whole == document.whole
    assert json.loads(written) == document.whole
    if errors_among(validate_document(document)):
        return
    if document.model is Model.CATALOG:
        recognized(document)
        try:
            assert all(text.identifier for text in control_texts(document))
        except CharterOakError:
            return
    elif document.model is Model.PROFILE:
        try:
            resolved = resolve_profile(document, SHELF).document
        except CharterOakError:
            return
        assert write_document(resolved)
    elif document.model in {Model.ASSESSMENT_RESULTS, Model.PLAN_OF_ACTION_AND_MILESTONES}:
        read_back(document)


if __name__ == "__main__":
    fuzz("oscal", parse, SEEDS)
