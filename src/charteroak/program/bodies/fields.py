"""What the members of bodies are made of: lines, texts, digests, identifiers, and the two bases of every structure."""

from typing import Annotated

import msgspec
from msgspec import Meta

Line = Annotated[str, Meta(min_length=1, max_length=300)]
OptionalLine = Annotated[str, Meta(max_length=300)]
Text = Annotated[str, Meta(max_length=5000)]
Count = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}\\Z")]
Identifier = Annotated[str, Meta(pattern="^[a-z0-9]+(-[a-z0-9]+)*\\Z", max_length=64)]
"""Of an exception, a gap or a hold: what its later entries call it by."""
PracticeId = Identifier


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of an entry. Each kind and version has its own class."""


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """A named part of a body."""


class EvidenceFile(Part, frozen=True, kw_only=True):
    """A file as it was handed in; its bytes stand in the evidence store under their digest."""

    sha256: Digest
    size: Count
    name: Line
    media_type: Line


Files = Annotated[tuple[EvidenceFile, ...], Meta(max_length=100)]
