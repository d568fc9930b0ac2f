"""The documents at hand on which others build. What a profile names by address is looked for here, never fetched.

An address is matched by the document's UUID or by its file's name. NIST's profiles name ``NIST_SP-800-53_rev5_catalog``
whatever the patch release, and its files are called so with ``-min`` or ``rev5.0.1``: those belong together. Of several
the one of the highest version is taken.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from charteroak.errors import SourceLocation
from charteroak.oscal.document import Document
from charteroak.oscal.errors import ImportNotAtHandError

_NUMBERS = re.compile(r"\d+")
_FORMS = (".json", ".xml", ".yaml", ".yml")
_DECORATION = ("-min", ".min", ".converted", "-catalog", "_catalog", "-profile", "_profile", *_FORMS)
_NAME_LIMIT_CHARACTERS = 255
"""No file system takes a longer name, so that none is looked into."""
_PATCH = re.compile(r"((?:rev|_v|-v)\d+)(?:\.\d+)+")


@dataclass(frozen=True, slots=True)
class Shelved:
    """A document at hand, and what its file is called."""

    name: str
    document: Document


class Shelf:
    """Some documents at hand."""

    def __init__(self, documents: Iterable[Shelved]) -> None:
        self._documents = tuple(documents)

    def find(self, profile: Document, href: str, pointer: str) -> Document:
        """The document that a profile imports by this address.

        Raises:
            ImportNotAtHandError: it is not here; the error names every address under which it was looked for.
        """
        addresses = list(_addresses(profile, href))
        wanted_uuids = {address[1:].lower() for address in addresses if address.startswith("#")}
        wanted_names = {publication_name(address) for address in addresses if not address.startswith("#")}
        fitting = [
            each
            for each in self._documents
            if each.document.uuid.lower() in wanted_uuids or publication_name(each.name) in wanted_names
        ]
        if not fitting:
            raise ImportNotAtHandError(
                f"It imports {addresses[-1] or 'nothing'}, which is not at hand; nothing is fetched.",
                remedy="Give that catalog too: import it first, or name it with --catalog.",
                location=SourceLocation(pointer=pointer),
            )
        return max(fitting, key=lambda each: _version_order(each.document.version)).document


def publication_name(address: str) -> str:
    """What the file at an address is called, less what differs between forms and patch releases of one publication."""
    last = unquote(urlsplit(address).path).rsplit("/", 1)[-1].lower()
    if len(last) > _NAME_LIMIT_CHARACTERS:
        return last
    while (shorter := _less_one_suffix(last)) != last:
        last = shorter
    return _PATCH.sub(r"\1", last)


def _less_one_suffix(name: str) -> str:
    return name.removesuffix(next((suffix for suffix in _DECORATION if name.endswith(suffix)), ""))


def _addresses(profile: Document, href: str) -> Iterator[str]:
    """The address itself; one inside the document leads to a resource, and that to its own addresses (JSON last)."""
    yield href
    if href.startswith("#"):
        for resource in profile.content.get("back-matter", {}).get("resources", ()):
            if resource["uuid"] == href[1:]:
                links = [link["href"] for link in resource.get("rlinks", ())]
                yield from sorted(links, key=lambda link: link.endswith(".json"))


def _version_order(version: str) -> tuple[tuple[int, ...], str]:
    return tuple(int(digits[:9]) for digits in _NUMBERS.findall(version)), version
