"""Rebuilds the made-up OSCAL documents of this folder: a small catalog, what builds on it, and each way to be wrong."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
Json = dict[str, Any]
MODIFIED = "2026-01-02T15:00:00Z"


def uuid(number: int) -> str:
    return f"0ac0ffee-0000-4000-8000-{number:012d}"


def metadata(title: str) -> Json:
    return {"title": title, "last-modified": MODIFIED, "version": "1", "oscal-version": "1.1.2"}


def control(identifier: str, title: str, *inner: Json, params: tuple[str, ...] = ()) -> Json:
    made: Json = {"id": identifier, "title": title}
    if params:
        made["params"] = [{"id": name, "label": "how often"} for name in params]
    prose = " ".join(["Do it", *(f"every {{{{ insert: param, {name} }}}}" for name in params)])
    made["parts"] = [
        {"id": f"{identifier}_smt", "name": "statement", "prose": f"{prose}."},
        {"id": f"{identifier}_gdn", "name": "guidance", "prose": "A small shop does it by hand."},
    ]
    if inner:
        made["controls"] = list(inner)
    return made


CATALOG: Json = {
    "catalog": {
        "uuid": uuid(1),
        "metadata": metadata("The Elm Hollow catalog"),
        "groups": [
            {
                "id": "el",
                "title": "Elm",
                "controls": [
                    control("el-1", "Policy", params=("el-1_prm_1",)),
                    control("el-2", "Doors", control("el-2.1", "Side doors"), control("el-2.2", "Windows")),
                ],
            },
            {
                "id": "ho",
                "title": "Hollow",
                "controls": [
                    control("ho-1", "Lights"),
                    {"id": "ho-2", "title": "Wells", "props": [{"name": "status", "value": "withdrawn"}]},
                ],
            },
        ],
        "back-matter": {"resources": [{"uuid": uuid(9), "title": "A book about elms"}]},
    }
}
PROFILE: Json = {
    "profile": {
        "uuid": uuid(2),
        "metadata": metadata("Elm Hollow, what a shop does"),
        "imports": [
            {
                "href": f"#{uuid(8)}",
                "include-controls": [{"with-ids": ["el-1", "el-2.1"]}, {"matching": [{"pattern": "ho-?"}]}],
                "exclude-controls": [{"with-ids": ["ho-2"]}],
            }
        ],
        "merge": {"as-is": True},
        "modify": {
            "set-parameters": [{"param-id": "el-1_prm_1", "values": ["year"]}],
            "alters": [
                {
                    "control-id": "ho-1",
                    "removes": [{"by-name": "guidance"}],
                    "adds": [{"position": "ending", "parts": [{"id": "ho-1_add", "name": "item", "prose": "Two."}]}],
                }
            ],
        },
        "back-matter": {
            "resources": [{"uuid": uuid(8), "rlinks": [{"href": "catalog.json", "media-type": "application/json"}]}]
        },
    }
}


def changed(change: Callable[[Json], object]) -> bytes:
    document = deepcopy(CATALOG)
    change(document["catalog"])
    return written(document)


def written(document: Json) -> bytes:
    return (json.dumps(document, indent=1) + "\n").encode()


BOMB = """<?xml version="1.0"?>
<!DOCTYPE catalog [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
<catalog xmlns="http://csrc.nist.gov/ns/oscal/1.0" uuid="0ac0ffee-0000-4000-8000-000000000001">
  <metadata><title>&c;</title></metadata>
</catalog>
"""
FILES = {
    "catalog.json": written(CATALOG),
    "profile.json": written(PROFILE),
    "wrong-id.json": changed(lambda c: c["groups"][0]["controls"][0].update(id="7 doors")),
    "missing-uuid.json": changed(lambda c: c.pop("uuid")),
    "unknown-member.json": changed(lambda c: c["groups"][0]["controls"][0].update(colour="green")),
    "parameter-without-id.json": changed(lambda c: c["groups"][0]["controls"][0]["params"][0].pop("id")),
    "dangling-reference.json": changed(
        lambda c: c["back-matter"]["resources"][0].update(rlinks=[{"href": f"#{uuid(404)}"}])
    ),
    "two-controls-of-one-id.json": changed(lambda c: c["groups"][1]["controls"][0].update(id="el-1")),
    "version-1.3.json": changed(lambda c: c["metadata"].update({"oscal-version": "1.3.0"})),
    "no-version.json": changed(lambda c: c["metadata"].pop("oscal-version")),
    "deep.json": b'{"catalog":' + b'{"a":[' * 2000 + b"]}" * 2000 + b"}",
    "deep-within-python.json": b'{"catalog": {"metadata": {"oscal-version": "1.1.2"}, "x": '
    + b"[" * 80
    + b"]" * 80
    + b"}}",
    "key-twice.json": written(CATALOG).replace(b'"title": "Doors"', b'"title": "Doors", "title": "Gates"'),
    "invalid-utf-8.json": written(CATALOG).replace(b"Doors", b"D\xfe\xffrs"),
    "half-a-character.json": written(CATALOG).replace(b"Doors", b"D\\ud83doors"),
    "no-character.json": written(CATALOG).replace(b"Doors", b"D\\u0000doors"),
    "huge-number.json": b'{"catalog": ' + b"9" * 5000 + b"}",
    "infinite-number.json": b'{"catalog": 1e999}',
    "not-a-number.json": b'{"catalog": NaN}',
    "empty.json": b"\n",
    "list-at-the-root.json": b"[]",
    "no-model.json": b'{"catalogue": {}}',
    "two-models.json": b'{"catalog": {}, "profile": {}}',
    "entity-bomb.xml": BOMB.encode(),
}

if __name__ == "__main__":
    for name, content in FILES.items():
        (FOLDER / name).write_bytes(content)
