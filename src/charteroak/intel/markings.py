"""TLP 2.0 as STIX marking definitions: the objects that OASIS published, with their identifiers.

Source: OASIS CTI TC, STIX common object repository, extension definition for TLP 2.0 (October 2022). STIX 2.1 itself
(section 7.2.1.4) predefines TLP 1.0 only; those identifiers are read and never written.
"""

from collections.abc import Iterable
from typing import Any

from charteroak.tlp import TLPLabel, strictest

TLP_EXTENSION_ID = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
_CREATED = "2022-10-01T00:00:00.000Z"

_UUIDS: dict[TLPLabel, str] = {
    TLPLabel.CLEAR: "94868c89-83c2-464b-929b-a1a8aa3c8487",
    TLPLabel.GREEN: "bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    TLPLabel.AMBER: "55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    TLPLabel.AMBER_STRICT: "939a9414-2ddd-4d32-a0cd-375ea402b003",
    TLPLabel.RED: "e828b379-4e03-4974-9ac4-e53a884c97c1",
}

_TLP_1_UUIDS: dict[str, TLPLabel] = {
    "613f2e26-407d-48c7-9eca-b8e91df99dc9": TLPLabel.CLEAR,
    "34098fce-860f-48ae-8e50-ebd3cc5e41da": TLPLabel.GREEN,
    "f88d31f6-486f-44da-b317-01333bde0b82": TLPLabel.AMBER,
    "5e57c739-391a-4eb3-b6be-7d15ca92d5ed": TLPLabel.RED,
}

_LABELS: dict[str, TLPLabel] = {
    f"marking-definition--{value}": label
    for value, label in ({uuid: label for label, uuid in _UUIDS.items()} | _TLP_1_UUIDS).items()
}


def marking_id(label: TLPLabel) -> str:
    """The identifier of the marking definition that OASIS published for a label."""
    return f"marking-definition--{_UUIDS[label]}"


def marking_definition(label: TLPLabel) -> dict[str, Any]:
    """The published marking definition itself, so that a bundle can carry what it refers to."""
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": marking_id(label),
        "created": _CREATED,
        "name": label.value,
        "extensions": {
            TLP_EXTENSION_ID: {
                "extension_type": "property-extension",
                "tlp_2_0": label.value.removeprefix("TLP:").lower(),
            }
        },
    }


def label_of(marking_refs: Iterable[str]) -> TLPLabel:
    """The strictest TLP label among some references; an object with none of them is treated as RED.

    TLP 1.0 identifiers count as their 2.0 successors (WHITE as CLEAR).
    """
    return strictest([_LABELS[reference] for reference in marking_refs if reference in _LABELS])
