"""How much foreign intelligence is read before reading stops. STIX from a feed is hostile input until it is read."""

MAX_BUNDLE_BYTES = 64 << 20
"""The largest public bundle we know (MITRE ATT&CK enterprise) has about 45 MB."""

MAX_OBJECTS = 200_000
"""More objects than any bundle that is read whole; larger sets are paged over TAXII."""

MAX_PATTERN_CHARACTERS = 16_384
"""A pattern of a few hundred hashes fits; a longer one costs more to compile than it is worth."""

MAX_OBSERVABLES_PER_PATTERN = 500
"""As many alternatives as fit in the characters above, roughly; each becomes one hunted value."""

MAX_NAME_CHARACTERS = 250
"""A name stands in lists and in a file's comment line."""

MAX_DESCRIPTION_CHARACTERS = 5_000
"""A description is a paragraph, not a report."""
