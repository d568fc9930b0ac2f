"""Threat intelligence: indicators, STIX 2.1, the release gate, warning lists and exports.

Nothing here reads a clock, opens a socket or makes up an identifier: moments and UUIDs are arguments. What leaves the
desk is a ``Release``, and only ``charteroak.intel.release_gate`` makes one.
"""
