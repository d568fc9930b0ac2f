"""ATT&CK identifiers are shown with MITRE's names."""

import pytest

from charteroak.intel.mail_bundle import TECHNIQUES
from charteroak.mail.signals.registry import signal_texts
from charteroak.mail.techniques import TECHNIQUE_NAMES, name_of_technique


def test_every_technique_that_a_signal_stands_for_has_its_name_and_that_of_the_whole() -> None:
    codes = {text.technique for text in signal_texts().values()} - {""}
    assert sorted(code for code in codes if not name_of_technique(code)) == []


def test_names_are_those_that_leave_in_stix() -> None:
    told = {code: name for code, name in TECHNIQUES.items() if code in TECHNIQUE_NAMES}
    assert told == {code: TECHNIQUE_NAMES[code] for code in told}


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("T1566", "Phishing"),
        ("T1566.002", "Phishing: Spearphishing Link"),
        ("T1598.003", "Phishing for Information: Spearphishing Link"),
        ("T9999", ""),
        ("T1566.999", ""),
        ("", ""),
    ],
)
def test_a_part_is_named_after_its_whole_and_what_is_unknown_has_no_name(code: str, name: str) -> None:
    assert name_of_technique(code) == name
