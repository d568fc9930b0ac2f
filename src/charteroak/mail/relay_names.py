"""Names under which relays take in mail for everybody, and endings of names that no stranger can have.

Our own compilation with owner and date (``data/relay_names.toml``).
"""

import datetime as dt
from functools import lru_cache
from importlib.resources import files
from typing import Annotated

import msgspec
from msgspec import Meta

_Domain = Annotated[str, Meta(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$", max_length=253)]
_Ending = Annotated[str, Meta(pattern=r"^\.[a-z0-9-]+$", max_length=64)]


class RelayNames(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``services`` filter or keep mail for anybody: such a relay does not tell whose mail it took in.

    ``inside`` are endings of names within an organisation's own network, which tell nobody outside whose it is.
    """

    owner: Annotated[str, Meta(min_length=2)]
    reviewed: dt.date
    license: Annotated[str, Meta(min_length=2)]
    services: frozenset[_Domain]
    inside: tuple[_Ending, ...]


def parse_relay_names(data: bytes) -> RelayNames:
    """The names of a file in this form.

    Raises:
        msgspec.ValidationError: a key is missing, unknown or of another type, or a name is none.
        msgspec.DecodeError: it is no TOML.
    """
    return msgspec.toml.decode(data, type=RelayNames)


@lru_cache(maxsize=1)
def relay_names() -> RelayNames:
    """The packaged names."""
    return parse_relay_names(files("charteroak.mail").joinpath("data/relay_names.toml").read_bytes())
