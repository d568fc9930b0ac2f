"""The report of a phish on paper: the reporter's choice is obeyed, the unknown is blank, nothing of the mail acts."""

import io
import re
import zipfile
from datetime import UTC, datetime
from typing import Any

import pypdf
import pytest

from charteroak.documents.blocks import Heading, Table, Terms
from charteroak.documents.docx_writer import docx_bytes
from charteroak.documents.markdown import markdown_text
from charteroak.documents.plain_text import plain_text
from charteroak.documents.typesetting import render_document
from charteroak.mail.analysis import analyze
from charteroak.mail.particulars import read_particulars
from charteroak.response.phish_paper.facts import PhishFacts
from charteroak.response.phish_paper.field_map import FieldMapError, load_field_map, parse_field_map
from charteroak.response.phish_paper.paper import phish_paper

MASK = "[receiving side]"
MOMENT = datetime(2026, 3, 2, 14, 5, tzinfo=UTC)
MAIL = """\
Authentication-Results: mx.ashford.example; spf=fail smtp.mailfrom=lure.example
ARC-Seal: i=1; a=rsa-sha256; cv=none; d=list.example; s=x; b=AAAA
DKIM-Signature: v=1; a=rsa-sha256; d=lure.example; s=k1; h=from; bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=; b=AA==
Received: from mail.lure.example ([203.0.113.7]) by mx.ashford.example for <clerk@ashford.example>; Sun, 01 Mar 2026 09:10:00 -0500
Received: from pc ([198.51.100.9]) by mail.lure.example; Sun, 01 Mar 2026 09:12:00 -0500
From: "{name}" <pay@lure.example>
To: Clerk Bell <clerk@ashford.example>
Subject: {subject}
Date: Sun, 01 Mar 2026 09:11:58 -0500
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/html; charset=utf-8

<p>Dear clerk@ashford.example, verify your password: <a href="http://login.lure.example/v?m=1">mail.ashford.example</a>
--b
Content-Type: text/html; name="{file}"
Content-Disposition: attachment; filename="{file}"

<script>x</script>
--b--
"""  # noqa: E501 - fields stand on one line


def facts(
    subject: str = "Town of Ashford: pay", name: str = "Ashford Payroll", file: str = "form.htm", **changes: Any
) -> PhishFacts:
    data = MAIL.format(subject=subject, name=name, file=file).encode("utf-8", "surrogatepass")
    (particulars,) = read_particulars(data, at=MOMENT.date())
    parts: dict[str, Any] = {
        "analysis": analyze(data).to_json(""),
        "dated": MOMENT,
        "particulars": particulars,
        "number": 12,
        "organisation": "Town of Ashford",
        "masked_names": ("Town of Ashford", "ashford"),
        "note": "Call Lee Stone, 860 555 0100.",
        "outcome": "unsuccessful",
    }
    return PhishFacts(**(parts | changes))


def text(of: PhishFacts) -> str:
    return " ".join(plain_text(phish_paper(of, load_field_map())).split())


@pytest.mark.parametrize("disclosure", ["desk-only", "anonymous"])
def test_who_reported_stands_nowhere_unless_they_agreed(disclosure: str) -> None:
    said = text(facts(disclosure=disclosure)).lower()
    for word in ("ashford", "clerk", "lee stone", "860"):
        assert word not in said
    assert MASK in said
    assert ("only the desk may know" if disclosure == "desk-only" else "reported without a name") in said


def test_what_is_masked_is_masked_in_the_language_of_the_paper() -> None:
    said = plain_text(phish_paper(facts(language="es"), load_field_map("es")))
    assert "[lado receptor]" in said
    assert MASK not in said
    assert "ashford" not in said.lower()


@pytest.mark.parametrize("file", ["Pay_Town_of_Ashford_2026.pdf", "TOWN-OF-ASHFORD.htm", "townofashford.pdf"])
def test_a_name_in_the_name_of_a_file_is_masked(file: str) -> None:
    assert "ashford" not in text(facts(file=file)).lower()


def test_the_organization_is_named_where_they_agreed_and_no_person_ever() -> None:
    said = text(facts(disclosure="named"))
    assert "Organization: Town of Ashford" in said
    assert "mx[.]ashford[.]example" in said or "mx.ashford.example" in said
    assert "agreed that the organization may be named, no person" in said
    for word in ("clerk", "Lee Stone", "860"):
        assert word not in said


def test_a_reporters_own_copy_has_blanks_for_names_and_their_own_words() -> None:
    said = text(facts(disclosure="anonymous", for_reporter=True))
    assert "Name of the person: [____ name, position ____]" in said
    assert "Call Lee Stone, 860 555 0100." in said
    assert "Withheld" not in said


def test_a_sender_cannot_mask_his_own_domain_by_writing_to_it() -> None:
    data = MAIL.format(subject="a", name="b", file="c.htm").replace("clerk@ashford.example", "x@lure.example").encode()
    (particulars,) = read_particulars(data, at=MOMENT.date())
    said = text(facts(analysis=analyze(data).to_json(""), particulars=particulars, masked_names=()))
    assert "lure[.]example" in said


def test_what_is_not_known_is_a_blank_and_never_filled() -> None:
    said = text(facts(outcome="", note=""))
    assert "Did it succeed?: [____" in said
    assert "Received by the organization: [____ day and time, zone ____]" in said


def test_each_point_the_journey_and_the_checks_are_told_with_their_doubts() -> None:
    found = facts()
    said = text(found)
    for signal in found.analysis["signals"]:
        assert str(signal["points"]).rstrip("0").rstrip(".") in said
    assert "the clock runs backwards" in said
    assert "one that is not trusted may be written by anybody" in said
    assert "The body is not as it was when it was signed." in said
    assert "the seals are not verified" in said
    assert "list[.]example" in said or "list.example" in said
    assert "Not compared with the true form." in said
    assert "hxxp://login[.]lure[.]example/v?m=1" in said
    assert "http://" not in said


def test_the_bounds_of_a_verdict_are_those_that_it_was_made_by_or_none() -> None:
    judged = {**facts().analysis, "verdict": "phishing", "score": 3.8}
    by_then = facts(analysis={**judged, "thresholds": {"suspicious": 2.8, "phishing": 3.7}})
    assert "Points: 3.8 (suspicious from 2.8, phishing from 3.7)" in text(by_then)
    kept_none = {name: each for name, each in judged.items() if name != "thresholds"}
    assert "Points: 3.8 Reported" in text(facts(analysis=kept_none))
    today = facts()
    assert f"phishing from {today.analysis['thresholds']['phishing']:g})" in text(today)


def test_a_partial_report_says_on_its_first_page_that_it_is_one() -> None:
    whole = facts()
    analysis = {
        **whole.analysis,
        "status": "partial",
        "defects": [{"message": "A part is damaged.", "count": 2, "contentLost": True}],
    }
    said = text(facts(analysis=analysis))
    assert said.index("Partial. Not all of the mail could be read: A part is damaged.") < said.index("For the form")


def test_without_the_bytes_the_journey_is_said_to_be_missing() -> None:
    assert "no longer at hand" in text(facts(particulars=None))


HOSTILE = {
    "script": "<script>alert(1)</script></textarea>",
    "typst": '#read("/etc/passwd") $x$ *b* = h #import "x" \\ `a`',
    "markdown": "[click](javascript:alert(1)) ![x](http://evil.example/x.png) | a | b |",
    "turned": "\u202egpj.exe\u2066 \u200b",
    "controls": "a\x00\x07\x1b[2Jb",
    "formula": "=cmd|' /C calc'!A0",
    "long": "x" * 60_000,
    "line ends": "a\r\nBcc: all@example.org\r\n\r\nbody",
    "lone": "a\ud800b",
}


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words_stay_words_in_every_form(value: str) -> None:
    whole = facts()
    analysis = {
        **whole.analysis,
        "subject": value,
        "from": f"{value} <pay@lure.example>",
        "attachments": [{**whole.analysis["attachments"][0], "name": value}],
        "signals": [{**whole.analysis["signals"][0], "explanation": value, "where": "text"}],
        "defects": [{"message": value, "count": 1, "contentLost": False}],
    }
    document = phish_paper(facts(analysis=analysis, campaign=value), load_field_map())
    said = plain_text(document)
    assert "\x1b" not in said
    assert "\u202e" not in said
    markdown = markdown_text(document)
    assert "](javascript:" not in markdown
    assert "<script" not in markdown.replace("\\<", "")
    assert docx_bytes(document).startswith(b"PK")


def test_the_same_facts_make_the_same_pdf() -> None:
    document = phish_paper(facts(subject=HOSTILE["typst"] + HOSTILE["turned"]), load_field_map())
    made = render_document(document)
    assert made == render_document(document)
    pages = pypdf.PdfReader(io.BytesIO(made)).pages
    assert "[U+202E]" in "".join(page.extract_text() for page in pages).replace("\n", "")


def test_a_reporters_own_copy_is_in_their_language_to_the_last_heading() -> None:
    shown = {"for_reporter": True, "deeds": ("link", "maybe-password")}
    english = facts(**shown)
    spanish = facts(language="es", **shown)
    document = phish_paper(spanish, load_field_map("es"))
    said = " ".join(plain_text(document).split())
    assert document.language == "es"
    for words in (
        "INFORME DE UN CORREO DE PHISHING",
        "Recibido: lun 2 mar 2026, 09:05 EST",
        "¿Tuvo éxito?: Se intentó y falló",
        "Qué se hizo con el mensaje: Abrió un enlace del correo; No está seguro de haber escrito una contraseña",
        "Nombre de la persona: [____ nombre, cargo ____]",
        "el reloj va hacia atrás",
    ):
        assert words in said
    names = {block.text for block in document.body if isinstance(block, Heading)}
    names |= {column.title for block in document.body if isinstance(block, Table) for column in block.columns}
    names |= {term.name for block in document.body if isinstance(block, Terms) for term in block.terms}
    in_english = phish_paper(english, load_field_map())
    left = names & {block.text for block in in_english.body if isinstance(block, Heading)}
    left |= names & {column.title for block in in_english.body if isinstance(block, Table) for column in block.columns}
    left |= names & {term.name for block in in_english.body if isinstance(block, Terms) for term in block.terms}
    assert left == {"SHA-256", "ATT&CK"}


def test_a_spanish_copy_says_where_things_stood_in_spanish() -> None:
    said = plain_text(
        phish_paper(facts(language="es", for_reporter=True, subject="Pay [recipient]"), load_field_map("es"))
    )
    said = " ".join(said.split())
    assert "Tipo: dominio; Dónde: enlace (cuerpo del correo)" in said
    assert "Tipo: correo; Dónde: remitente" in said
    assert "Pay [destinatario]" in said
    for code in ("body link", "Dónde: text", "Tipo: domain", "[recipient]"):
        assert code not in said


def test_a_long_blank_breaks_into_lines_inside_the_page() -> None:
    document = phish_paper(facts(language="es"), load_field_map("es"))
    lines = pypdf.PdfReader(io.BytesIO(render_document(document))).pages[0].extract_text().splitlines()
    begin = next(place for place, line in enumerate(lines) if "[dirigido a usted" in line)
    assert "engaño nuevo]" not in lines[begin]
    assert "nuevo]" in lines[begin + 1]


def test_pages_of_a_spanish_copy_are_numbered_in_spanish() -> None:
    document = phish_paper(facts(language="es", for_reporter=True), load_field_map("es"))
    last = pypdf.PdfReader(io.BytesIO(render_document(document))).pages[-1].extract_text()
    assert re.search(r"Página (\d) de \1", last)
    with zipfile.ZipFile(io.BytesIO(docx_bytes(document))) as word:
        parts = [word.read(name).decode() for name in word.namelist() if "footer" in name]
    assert any("Página " in part for part in parts)


def test_both_packaged_maps_ask_the_same_questions() -> None:
    asked = [
        [[field.value for field in section.fields] for section in load_field_map(language).sections]
        for language in ("en", "es")
    ]
    assert asked[0] == asked[1]


def test_techniques_are_named_beside_their_identifiers() -> None:
    whole = facts()
    signal = {**whole.analysis["signals"][0], "technique": "T1566.002"}
    said = text(facts(analysis={**whole.analysis, "signals": [signal, {**signal, "technique": "T9999"}]}))
    assert "ATT&CK: T1566.002 Phishing: Spearphishing Link." in said


def test_a_map_of_an_operator_takes_the_place_of_ours() -> None:
    own = parse_field_map(
        b'[provenance]\nform = "CTIC form 7"\nverified = true\nowner = "Desk"\nreviewed = 2026-12-01\n'
        b'basis = "The form."\nnotice = "Compared."\n'
        b'[[sections]]\ntitle = "One"\n[[sections.fields]]\nlabel = "Line 4"\nask = "what"\nvalue = "mail.subject"\n'
    )
    said = plain_text(phish_paper(facts(disclosure="named"), own))
    assert "In the shape of the form. CTIC form 7." in said
    assert "Not compared" not in said
    assert "Line 4" in said


@pytest.mark.parametrize(
    "data",
    [
        b"\xff",
        b"",
        b"sections = []",
        b'[provenance]\nform = "x"',
        b"a = " + b"[" * 50_000,
        b"x" * (200 << 10),
    ],
)
def test_a_map_that_cannot_be_used_is_refused(data: bytes) -> None:
    with pytest.raises(FieldMapError):
        parse_field_map(data)


def test_a_map_that_names_an_unknown_value_is_refused() -> None:
    packaged = (
        b'[provenance]\nform = "x"\nverified = false\nowner = "x"\nreviewed = 2026-12-01\nbasis = "x"\nnotice = "x"\n'
    )
    field = b'[[sections]]\ntitle = "x"\n[[sections.fields]]\nlabel = "x"\nask = "x"\nvalue = "reporter.password"\n'
    with pytest.raises(FieldMapError, match=r"reporter\.password"):
        parse_field_map(packaged + field)


LINKED = '<p>Dear user of ashford.example, verify your password <a href="https://www.ashford.example/">our site</a></p>'


def lured(fields: str = "", body: str = LINKED, **changes: Any) -> PhishFacts:
    data = f"""{fields}\
Received: from mail.lure.example ([185.220.101.4]) by mx.ashford.example; Sun, 01 Mar 2026 09:10:00 -0500
From: "Payroll" <pay@lure.example>
Subject: mailbox of ashford.example full
Date: Sun, 01 Mar 2026 09:11:58 -0500
Content-Type: text/html

{body}
""".encode()
    (particulars,) = read_particulars(data, at=MOMENT.date())
    return facts(analysis=analyze(data).to_json(""), particulars=particulars, **changes)


def journey_and_words(of: PhishFacts) -> str:
    return text(of).partition("What is in it")[0].lower()


@pytest.mark.parametrize("fields", ["To: clerk@ashford.example\n", "To: undisclosed-recipients:;\n"])
def test_a_lure_that_leads_to_the_towns_web_site_does_not_have_it_named(fields: str) -> None:
    said = journey_and_words(lured(fields, masked_names=()))
    assert "ashford" not in said
    assert f"mailbox of {MASK} full" in said


def test_a_known_domain_of_a_member_is_masked_wherever_it_stands() -> None:
    body = "<p>Sign in to the mail of school.example now</p>"
    said = lured(body=body, own_domains=frozenset({"school.example"})).tell("school.example and mx.school.example")
    assert said == f"{MASK} and {MASK}"


def test_that_the_organization_may_be_named_names_no_person() -> None:
    shown = {"disclosure": "named", "masked_people": ("jane miller", "jmiller@ashford.example")}
    said = text(facts(subject="Invoice for Jane Miller of Ashford, see jmiller@ashford.example", **shown)).lower()
    assert "invoice for [receiving side] of ashford" in said
    assert "miller" not in said
    assert "jane miller" in text(facts(subject="Invoice for Jane Miller", for_reporter=True, **shown)).lower()


INNER = "Received: from mx.ashford.example ([64.251.60.17]) by store.ashford.example; Sun, 01 Mar 2026 09:10:05 -0500\n"
TELLING = """<p>Verify your password <a href="https://badhost.example/ashford.example/login?d=ashford.example">a</a>
<a href="https://badhost.example/elm-hollow/">b</a> <a href="https://www.ashford.example/">c</a>
<a href="https://badhost.example/plain">d</a></p>"""


def test_the_table_of_addresses_withholds_what_names_the_receiving_side_and_says_so() -> None:
    of = lured(f"{INNER}To: clerk@ashford.example\n", TELLING, masked_names=("elm hollow",))
    said = text(of).lower()
    for word in ("ashford", "elm-hollow", "64[.]251", "64.251"):
        assert word not in said
    assert "hxxps://badhost[.]example/plain" in said
    assert "185[.]220[.]101[.]4" in said
    assert "addresses are withheld, for that may tell who received" in said


@pytest.mark.parametrize(
    ("language", "told", "untrue"),
    [
        ("en", "3 addresses are left out, for they are on true sites of public bodies", "who received or reported"),
        ("es", "Se omiten 3 direcciones, pues están en sitios verdaderos de organismos públicos", "delatar"),
    ],
)
def test_a_public_site_that_was_broken_into_is_said_apart_and_not_named(language: str, told: str, untrue: str) -> None:
    lure = '<p>Sign in: <a href="https://www.quietcorner.gov/wp-content/uploads/login.html">here</a></p>'
    of = lured("To: undisclosed-recipients:;\n", lure, masked_names=(), language=language)
    said = " ".join(plain_text(phish_paper(of, load_field_map(language))).replace("|", "").split())
    assert told in said
    assert untrue not in said
    assert "quietcorner" not in said.partition(told)[2]


def test_a_reporters_own_copy_and_an_organization_that_agreed_keep_every_address() -> None:
    for shown in ({"for_reporter": True}, {"disclosure": "named"}):
        said = text(lured(f"{INNER}To: clerk@ashford.example\n", TELLING, **shown))
        assert "64[.]251[.]60[.]17" in said
        assert "are withheld" not in said


def test_of_a_strangers_huge_mail_little_is_set_and_the_paper_says_so() -> None:
    links = "".join(f'<a href="https://h{number}.evil.example/{"x" * 1800}">x</a>' for number in range(500))
    data = MAIL.format(subject="verify " * 5_000, name="x", file="f.htm").replace("</a>\n", f"</a>{links}\n").encode()
    huge = facts(analysis=analyze(data).to_json(""), for_reporter=True)
    said = text(huge)
    assert "more are in the record; what ends in … goes on" in said
    assert len(said) < 30_000 < len(text(facts(analysis=huge.analysis)))
    assert "goes on" not in text(facts(for_reporter=True))
