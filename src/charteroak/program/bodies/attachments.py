"""The body about a file that came with a report."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from charteroak.program.bodies.fields import Body, Count, EvidenceFile, Line, OptionalLine


class ReportAttachmentTaken(Body, frozen=True, kw_only=True):
    """A file came with a report and was sealed. Its own name may tell who reported, and so stands apart.

    ``began`` is when its first byte came; it was hashed and sealed while the rest did.
    """

    report: Count
    number: Annotated[int, Meta(ge=1, le=100)]
    channel: Line
    began: datetime
    detected_type: OptionalLine = ""
    name: OptionalLine = ""
    files: Annotated[tuple[EvidenceFile, ...], Meta(min_length=1, max_length=1)]
