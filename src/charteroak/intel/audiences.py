"""Who may receive which TLP 2.0 label through a feed (FIRST, TLP version 2.0, August 2022).

The table is the rule. Whatever it does not list as allowed is denied.
"""

from enum import StrEnum

from charteroak.tlp import TLPLabel


class Audience(StrEnum):
    """Who reads a collection or an export, from the widest circle to the narrowest."""

    PUBLIC = "public"
    """Anyone; no limit on disclosure."""

    COMMUNITY = "community"
    """Everyone with an account here: members, providers, partners. Not the open Internet."""

    MEMBERS_AND_PROVIDERS = "members-and-providers"
    """Member organisations and the providers that act for them."""

    MEMBERS = "members"
    """Member organisations' own people alone."""


_ALLOWED: dict[TLPLabel, frozenset[Audience]] = {
    TLPLabel.CLEAR: frozenset(Audience),
    # GREEN stays within the community.
    TLPLabel.GREEN: frozenset({Audience.COMMUNITY, Audience.MEMBERS_AND_PROVIDERS, Audience.MEMBERS}),
    # AMBER stays within recipients' organisations and their clients; a provider and its client are such a pair.
    TLPLabel.AMBER: frozenset({Audience.MEMBERS_AND_PROVIDERS, Audience.MEMBERS}),
    # AMBER+STRICT stays within the recipient's organisation.
    TLPLabel.AMBER_STRICT: frozenset({Audience.MEMBERS}),
    # RED is for the eyes and ears of individual people; no feed can address them.
    TLPLabel.RED: frozenset(),
}


def is_allowed(label: TLPLabel, audience: Audience) -> bool:
    """Whether what carries this label may go to this audience."""
    return audience in _ALLOWED.get(label, frozenset())
