"""Files that hide what they hold: a password elsewhere in the mail, another type, one more layer, a tiny picture."""

import base64
import io
from email.message import EmailMessage

import pytest
import segno
from tests.simulators import made_mail

from charteroak.adapters.untrusted_worker import UntrustedWorker
from charteroak.mail.analysis import Analysis, analyze
from charteroak.mail.inside.finding import InsideDefect
from charteroak.mail.inside.looking import look_inside

ADDRESS = "https://bad-hidden.example/get"
PAGE = f'<form action="{ADDRESS}"><input type=password></form>'.encode()
NAMELESS_FORM = made_mail.zipped({"pay.html": PAGE})


def _mail(text: str, *files: tuple[str, bytes], subject: str = "Your file") -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Jo <jo@firm.example>", "pat@elm.example", subject
    message["Date"] = "Mon, 16 Nov 2026 10:00:00 -0500"
    message.set_content(text)
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def _analyzed(data: bytes) -> Analysis:
    return analyze(data, inspector=look_inside)


def _addresses(found: Analysis) -> set[str]:
    return {seen.observable.value for seen in found.observables}


def _signals(found: Analysis) -> set[str]:
    return {signal.id for signal in found.signals}


def test_password_in_the_subject_opens_an_archive() -> None:
    locked = made_mail.locked_zip("bill.html", PAGE, b"4471")
    found = _analyzed(_mail("See the bill.", ("bill.zip", locked), subject="Bill 20 - password 4471"))
    assert ADDRESS in _addresses(found)
    assert "file-password-given" in _signals(found)


def test_password_in_words_behind_the_archive_opens_it() -> None:
    locked = made_mail.locked_zip("bill.html", PAGE, b"Oak-19")
    whole = _mail("Password: Oak-19", ("bill.zip", locked))
    head, mark, rest = whole.partition(b"--===")
    boundary = mark + rest.partition(b"\n")[0]
    parts = (mark + rest).split(boundary)
    turned = boundary.join([parts[0], parts[2], parts[1], *parts[3:]])
    assert ADDRESS in _addresses(_analyzed(head + turned))


def test_archive_behind_a_picture_is_opened_as_one() -> None:
    polyglot = b"GIF89a" + bytes(60) + made_mail.zipped({"run.js": b"1", "pay.html": PAGE})
    found = _analyzed(_mail("See the photo.", ("photo.zip", polyglot)))
    assert ADDRESS in _addresses(found)
    assert "file-archive-with-program" in _signals(found)


def test_archive_behind_a_pdf_hides_neither() -> None:
    shown = "https://bad-shown.example/steal"
    pdf = made_mail.pdf_with_link(shown) + made_mail.zipped({"pay.html": PAGE})
    assert {shown, ADDRESS} <= _addresses(_analyzed(_mail("See the bill.", ("bill.pdf", pdf))))


def test_page_in_an_archive_is_one_by_its_name_too() -> None:
    assert "page-with-form" in look_inside("zip", "a.zip", NAMELESS_FORM, ()).flags


def test_mail_in_an_archive_is_read_as_a_mail() -> None:
    inner = EmailMessage()
    inner["From"], inner["Date"] = "a@b.example", "Mon, 16 Nov 2026 10:00:00 -0500"
    inner.set_content(f"Go to {ADDRESS}", cte="base64")
    archive = made_mail.zipped({"mail.eml": inner.as_bytes()})
    assert ADDRESS in _addresses(_analyzed(_mail("See the mail.", ("mail.zip", archive))))
    twice = look_inside(
        "zip", "", made_mail.zipped({"a.eml": b"From: a@b.example\n\nx", "b.eml": b"From: c@d.example\n\ny"}), ()
    )
    assert twice.message.startswith(b"From: a@b")
    assert InsideDefect.CUT in {why for why, _ in twice.defects}


def test_saved_page_with_its_parts_is_unpacked() -> None:
    saved = b"MIME-Version: 1.0\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n"
    saved += PAGE.replace(b"=", b"=3D").replace(b"bad-", b"bad=\n-")
    assert ADDRESS in _addresses(_analyzed(_mail("See the page.", ("page.mhtml", saved))))


def test_saved_page_that_is_one_too_many_is_told_as_left_out() -> None:
    saved = b"MIME-Version: 1.0\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\n" + base64.b64encode(
        PAGE
    )
    pages = [(f"{number}.mhtml", saved) for number in range(9)]
    codes = [
        {defect.kind.code for defect in _analyzed(_mail("See the pages.", *pages[:count])).defects} for count in (8, 9)
    ]
    assert ["file-inside-cut" in each for each in codes] == [False, True]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "word/document.xml",
            b'<w:instrText xml:space="preserve"> DDEAUTO c:\\\\windows\\\\cmd.exe "/k calc"</w:instrText>',
        ),
        ("xl/macrosheets/sheet1.xml", b"<xm:macrosheet/>"),
    ],
)
def test_fields_and_sheets_that_start_programs_count_as_macros(name: str, content: bytes) -> None:
    document = made_mail.zipped({"[Content_Types].xml": b"<x/>", name: content})
    assert "file-macros" in _signals(_analyzed(_mail("See the file.", ("a.docx", document))))


def test_code_of_one_pixel_a_module_is_read() -> None:
    drawn = io.BytesIO()
    segno.make(ADDRESS).save(drawn, kind="png", scale=1, border=2)
    assert [link.address for link in look_inside("png", "", drawn.getvalue(), ()).links] == [ADDRESS]


def test_address_in_a_card_that_a_code_says_is_found() -> None:
    card = made_mail.code(f"BEGIN:VCARD\nFN:Jo\nURL:{ADDRESS}\nEND:VCARD")
    assert ADDRESS in _addresses(_analyzed(_mail("Scan.", ("code.png", card))))


def test_code_of_table_cells_that_a_style_sheet_colors_is_read() -> None:
    rows = [
        "".join(f'<td class="c {"on" if module else "off"}"></td>' for module in row)
        for row in segno.make(ADDRESS).matrix_iter(border=2)
    ]
    page = f"<style>.on{{background:#111}} .off{{background:#fff}}</style><table><tr>{'<tr>'.join(rows)}</table>"
    data = b"From: a@b.example\nDate: Mon, 16 Nov 2026 10:00:00 +0000\nContent-Type: text/html\n\n" + page.encode()
    assert ADDRESS in _addresses(_analyzed(data))


def test_addresses_of_a_damaged_pdf_are_still_found() -> None:
    with_address = b"%PDF-1.4\n1 0 obj<</URI(" + ADDRESS.encode() + b")>>\n"
    worker = UntrustedWorker()
    try:
        found = worker("pdf", "a.pdf", with_address, ())
    finally:
        worker.close()
    assert ADDRESS in [link.address for link in found.links]
    assert InsideDefect.DAMAGED in {why for why, _ in found.defects}
