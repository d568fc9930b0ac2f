"""A collection as pages and downloads read it. Only what the release gate let out stands in one."""

from collections.abc import Iterator

from charteroak.intel.stix_reader import ReceivedIndicator, read_objects
from charteroak.records.intelligence.models import Collection, SharedObject
from charteroak.services.sharing import PageRequest, shared_objects_page


def newest_versions(collection: Collection) -> Iterator[SharedObject]:
    """The newest version of every object of a collection, in the order of adding."""
    request = PageRequest()
    while True:
        page = shared_objects_page(collection, request)
        yield from page.objects
        if not page.more:
            return
        request = PageRequest(position=page.objects[-1].date_added)


def indicators_of(collection: Collection) -> list[ReceivedIndicator]:
    """The indicators of a collection in their newest versions, the latest change first."""
    received = read_objects(row.body.encode("utf-8") for row in newest_versions(collection))
    return sorted(received.indicators, key=lambda indicator: indicator.modified, reverse=True)
