"""Hostile bytes to the readers of STIX: a bundle as a member pulls it, and the same file given to a hunt."""

from charteroak.detection.indicator_files import read_indicators
from charteroak.intel.stix_reader import parse_bundle
from harness import fuzz

INDICATOR = (
    b'{"type":"indicator","spec_version":"2.1","id":"indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",'
    b'"created":"2026-11-10T13:00:00.000Z","modified":"2026-11-10T13:00:00.000Z","name":"A name","pattern_type":"stix",'
    b"\"pattern\":\"[domain-name:value = 'oak-parcel.example' OR url:value = 'http://oak-parcel.example/a\\\\'b']\","
    b'"valid_from":"2026-11-10T13:00:00Z","object_marking_refs":["marking-definition--'
    b'94868c89-83c2-464b-929b-a1a8aa3c8487"]}'
)
RANGE = INDICATOR.replace(b"domain-name:value", b"ipv4-addr:value").replace(b"oak-parcel.example", b"192.0.2.0/24")
MISP_EVENT = (
    b'{"Event":{"Attribute":[{"type":"domain","value":"oak-parcel.example"},{"type":"filename|md5","value":"a|'
    b'd41d8cd98f00b204e9800998ecf8427e"}]}}'
)
SEEDS = (
    b'{"type":"bundle","id":"bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","objects":[' + INDICATOR + b"]}",
    b'{"objects":[' + RANGE + b"]}",
    MISP_EVENT,
)


def parse(data: bytes) -> None:
    """Both readers refuse, or read what they can."""
    try:
        parse_bundle(data)
    finally:
        read_indicators(data, "bundle.json")


if __name__ == "__main__":
    fuzz("stix_bundle", parse, SEEDS)
