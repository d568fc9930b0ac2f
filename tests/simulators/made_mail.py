"""Lures that we made, in every form in which one comes: what a test expects of each stands beside its bytes.

Every name is of a reserved domain (RFC 2606) and every address of a documentation network (RFC 5737). The same bytes
are seeds of the fuzzers (``fuzz/mail_mutations.py``).
"""

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import segno
from PIL import Image
from tests.simulators.outlook_files import compound_file, outlook_message

ADDRESS = "https://sign-in.keep-mailbox.example/portal?u=1"
HOST = "sign-in.keep-mailbox.example"
PASSWORD = "Invoice-77"
RECIPIENT = "lee.park@example.org"
HEAD = (
    "Received: from mx.keep-mailbox.example (mx.keep-mailbox.example [203.0.113.9]) by mail.example.org;"
    " Mon, 02 Nov 2026 09:00:00 -0500\r\n"
    'From: "IT Service Desk" <desk@keep-mailbox.example>\r\n'
    f"To: Lee Park <{RECIPIENT}>\r\n"
    "Subject: {subject}\r\nDate: Mon, 02 Nov 2026 08:59:58 -0500\r\nMessage-ID: <1@keep-mailbox.example>\r\n"
    "MIME-Version: 1.0\r\n"
)
URGE = "Your mailbox password expires today. Verify your account within 24 hours or it will be suspended."


@dataclass(frozen=True)
class Lure:
    """One made message or file: its bytes, and what must be found in it."""

    build: Callable[[], bytes]
    signals: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    messages: int = 1
    is_locked: bool = False


LURES: dict[str, Lure] = {}


def _lure(
    *signals: str, hosts: Sequence[str] = (), messages: int = 1, is_locked: bool = False
) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    """Take a function that builds a lure under its own name."""

    def take(build: Callable[[], bytes]) -> Callable[[], bytes]:
        LURES[build.__name__] = Lure(build, frozenset(signals), frozenset(hosts), messages, is_locked)
        return build

    return take


def code(address: str = ADDRESS) -> bytes:
    """A QR code as a PNG."""
    drawn = io.BytesIO()
    segno.make(address, error="m").save(drawn, kind="png", scale=6)
    return drawn.getvalue()


def code_in_pdf(address: str = ADDRESS) -> bytes:
    """A PDF of one page that is a picture of a QR code."""
    page = io.BytesIO()
    with Image.open(io.BytesIO(code(address))) as image:
        image.convert("RGB").save(page, format="PDF", resolution=100, creationDate=None, modDate=None)
    return page.getvalue()


def pdf_with_link(address: str = ADDRESS, action: str = "") -> bytes:
    """A PDF of one page with a link annotation; ``action`` is its open action."""
    objects = [
        f"<</Type/Catalog/Pages 2 0 R{action}>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Annots[4 0 R]/Contents 5 0 R/Resources<</Font<</F 6 0 R>>>>>>",
        f"<</Type/Annot/Subtype/Link/Rect[9 9 90 90]/A<</S/URI/URI({address})>>>>",
        "<</Length 44>>stream\nBT /F 12 Tf 20 200 Td (Open the document) Tj ET\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode()
    table = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    out += f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n".encode()
    return bytes(out)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip archive whose entries bear no moment."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def locked_zip(name: str, content: bytes, password: bytes) -> bytes:
    """A zip entry under the old cipher (APPNOTE.TXT 6.1), stored without compression."""
    keys = [0x12345678, 0x23456789, 0x34567890]

    def step(crc: int, byte: int) -> int:
        return zlib.crc32(bytes([byte]), crc ^ 0xFFFFFFFF) ^ 0xFFFFFFFF

    def update(byte: int) -> None:
        keys[0] = step(keys[0], byte)
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = step(keys[2], keys[1] >> 24)

    for byte in password:
        update(byte)
    out = bytearray()
    for byte in bytes(11) + bytes([zlib.crc32(content) >> 24]) + content:
        mask = keys[2] | 2
        out.append(byte ^ ((mask * (mask ^ 1)) >> 8 & 0xFF))
        update(byte)
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), content)
    data = bytearray(plain.getvalue())
    start = 30 + len(name)
    data[start : start + len(content)] = out
    data[6] |= 1
    data[18:22] = struct.pack("<I", len(out))
    directory = data.index(b"PK\x01\x02")
    data[directory + 8] |= 1
    data[directory + 20 : directory + 24] = struct.pack("<I", len(out))
    end = data.index(b"PK\x05\x06")
    data[end + 16 : end + 20] = struct.pack("<I", directory)
    return bytes(data)


def message(subject: str, text: str = URGE, *files: tuple[str, str, bytes], kind: str = "plain") -> bytes:
    """A message with a text and files: name, type, content."""
    head = HEAD.replace("{subject}", subject) + 'Content-Type: multipart/mixed; boundary="cut"\r\n\r\n'
    parts = [f"--cut\r\nContent-Type: text/{kind}; charset=utf-8\r\n\r\n{text}\r\n".encode()]
    for name, type_, content in files:
        parts.append(
            f'--cut\r\nContent-Type: {type_}; name="{name}"\r\nContent-Transfer-Encoding: base64\r\n'
            f'Content-Disposition: attachment; filename="{name}"\r\n\r\n'.encode()
            + base64.encodebytes(content)
        )
    return head.encode() + b"".join(parts) + b"--cut--\r\n"


def plain(subject: str, text: str, kind: str = "plain") -> bytes:
    """A message of one text."""
    return (HEAD.replace("{subject}", subject) + f"Content-Type: text/{kind}; charset=utf-8\r\n\r\n{text}\r\n").encode()


@_lure("link-in-code", hosts=[HOST])
def qr_code_in_a_picture() -> bytes:
    return message("Scan to keep your mailbox", URGE, ("code.png", "image/png", code()))


@_lure("link-in-code", hosts=[HOST])
def qr_code_in_a_pdf() -> bytes:
    return message("Scan to keep your mailbox", URGE, ("notice.pdf", "application/pdf", code_in_pdf()))


@_lure("link-in-code", hosts=[HOST])
def qr_code_drawn_with_block_letters() -> bytes:
    rows = ("".join("\u2588\u2588" if dark else "  " for dark in row) for row in segno.make(ADDRESS, error="m").matrix)
    return plain("Scan to keep your mailbox", URGE + "\n\n" + "\n".join(rows) + "\n\nThe service desk")


@_lure("link-in-code", hosts=[HOST])
def qr_code_drawn_with_the_cells_of_a_table() -> bytes:
    rows = "".join(
        "<tr>" + "".join(f'<td bgcolor="{"#000" if dark else "#fff"}"></td>' for dark in row) + "</tr>"
        for row in segno.make(ADDRESS, error="m").matrix
    )
    return plain("Scan to keep your mailbox", f"<p>{URGE}</p><table cellspacing=0>{rows}</table>", "html")


@_lure(hosts=[HOST])
def link_in_a_pdf() -> bytes:
    return message("Document for you", URGE, ("document.pdf", "application/pdf", pdf_with_link()))


@_lure("file-acts", hosts=[HOST])
def pdf_that_starts_a_program() -> bytes:
    action = "/OpenAction<</S/Launch/F(cmd.exe)>>"
    return message("Document for you", URGE, ("document.pdf", "application/pdf", pdf_with_link(ADDRESS, action)))


@_lure("link-in-code", hosts=[HOST])
def outlook_file() -> bytes:
    return compound_file(
        outlook_message(
            headers=HEAD.replace("{subject}", "Your mailbox is full"),
            subject="Your mailbox is full",
            sender=("IT Service Desk", "desk@keep-mailbox.example"),
            recipients=[("Lee Park", RECIPIENT)],
            html=f'<p>{URGE}</p><a href="{ADDRESS}">Verify</a>'.encode(),
            files=[("code.png", code())],
        )
    )


@_lure(hosts=[HOST])
def outlook_file_in_a_mail() -> bytes:
    return message("FW: is this real?", "Please look.", ("lure.msg", "application/vnd.ms-outlook", outlook_file()))


@_lure(hosts=[HOST], messages=3)
def mailbox_of_three() -> bytes:
    separator = b"From desk@keep-mailbox.example Mon Nov  2 09:00:00 2026\r\n"
    mails = (plain(f"Verify your account ({n})", f"{URGE}\r\n{ADDRESS}&n={n}\r\n") for n in range(3))
    return b"\r\n".join(separator + mail for mail in mails)


@_lure("file-password", "file-password-given", hosts=[HOST])
def locked_archive_whose_password_is_in_the_mail() -> bytes:
    page = f'<html><a href="{ADDRESS}">Open</a></html>'.encode()
    locked = locked_zip("invoice.html", page, PASSWORD.encode())
    return message("Invoice", f"{URGE}\r\nPassword: {PASSWORD}\r\n", ("invoice.zip", "application/zip", locked))


@_lure("file-password", is_locked=True)
def locked_archive_whose_password_is_elsewhere() -> bytes:
    locked = locked_zip("invoice.html", b"<html></html>", b"told by telephone")
    return message("Invoice", f"{URGE}\r\nWe call you.\r\n", ("invoice.zip", "application/zip", locked))


@_lure("file-archive-with-program")
def program_in_an_archive_in_an_archive() -> bytes:
    inner = zipped({"invoice.pdf.exe": b"MZ" + bytes(200)})
    return message("Invoice", URGE, ("invoice.zip", "application/zip", zipped({"invoice.zip": inner})))


@_lure("asks-for-credentials", "threatens-loss", hosts=[HOST])
def spanish_lure() -> bytes:
    return plain(
        "Su cuenta ha sido suspendida",
        "Estimado cliente: hemos detectado actividad inusual y su cuenta ha sido suspendida. Verifique su cuenta e "
        f"introduzca su contrase\u00f1a antes de 24 horas. Haga clic aqu\u00ed: {ADDRESS}",
    )


@_lure("asks-for-credentials", "threatens-loss", hosts=[HOST])
def portuguese_lure() -> bytes:
    return plain(
        "Sua conta foi bloqueada",
        "Prezado cliente: detectamos atividade incomum e sua conta foi bloqueada. Confirme seus dados e sua senha em "
        f"24 horas. Clique aqui: {ADDRESS}",
    )


@_lure("asks-for-credentials", "threatens-loss", hosts=[HOST])
def german_lure() -> bytes:
    return plain(
        "Ihr Konto wurde gesperrt",
        "Sehr geehrter Kunde, Ihr Konto wurde gesperrt. Bitte best\u00e4tigen Sie Ihre Daten und Ihr Passwort "
        f"innerhalb von 24 Stunden. Klicken Sie hier: {ADDRESS}",
    )


@_lure("threatens-loss", hosts=[HOST])
def french_lure() -> bytes:
    return plain(
        "Votre compte a \u00e9t\u00e9 suspendu",
        "Cher client, votre compte a \u00e9t\u00e9 suspendu. Veuillez confirmer votre mot de passe sous 24 heures. "
        f"Cliquez ici : {ADDRESS}",
    )


@_lure(hosts=[HOST])
def calendar_invitation() -> bytes:
    invitation = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1@keep-mailbox.example\r\n"
        "DTSTART:20261103T140000Z\r\nSUMMARY:Password expires today\r\n"
        f"DESCRIPTION:Verify your account here: {ADDRESS[:40]}\r\n {ADDRESS[40:]}\r\nURL:{ADDRESS}\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    return message("Invitation", URGE, ("invite.ics", "text/calendar; method=REQUEST", invitation.encode()))


@_lure(hosts=[HOST])
def mail_attached_to_a_report() -> bytes:
    inner = plain("Verify your account", f"{URGE}\r\n{ADDRESS}\r\n")
    return (
        (
            f"From: Lee Park <{RECIPIENT}>\r\nTo: phish@desk.example\r\nSubject: FW\r\nMIME-Version: 1.0\r\n"
            'Content-Type: multipart/mixed; boundary="out"\r\n\r\n'
            "--out\r\nContent-Type: text/plain\r\n\r\nIs this real?\r\n--out\r\nContent-Type: message/rfc822\r\n\r\n"
        ).encode()
        + inner
        + b"\r\n--out--\r\n"
    )


@_lure("file-smuggles")
def page_that_makes_a_file() -> bytes:
    page = (
        "<html><script>var d=atob('TVqQAAMAAAAEAAAA');var b=new Blob([d],{type:'application/zip'});"
        "var a=document.createElement('a');a.href=URL.createObjectURL(b);a.download='invoice.zip';a.click();"
        "</script></html>"
    )
    return message("Invoice", URGE, ("invoice.html", "text/html", page.encode()))


@_lure("file-web-page-with-form")
def drawing_with_a_script() -> bytes:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg"><script>location="' + ADDRESS + '"</script></svg>'
    return message("Voice message", URGE, ("voice.svg", "image/svg+xml", drawing.encode()))


@_lure("file-program")
def windows_shortcut() -> bytes:
    shortcut = struct.pack("<I", 0x4C) + bytes.fromhex("0114020000000000c000000000000046") + bytes(56)
    return message("Invoice", URGE, ("invoice.pdf.lnk", "application/octet-stream", shortcut))


@_lure("file-program", hosts=[HOST])
def internet_shortcut() -> bytes:
    shortcut = f"[InternetShortcut]\r\nURL={ADDRESS}\r\n".encode()
    return message("Invoice", URGE, ("invoice.url", "text/plain", shortcut))


@_lure("file-disk-image")
def disk_image_under_another_name() -> bytes:
    image = bytearray(36_864)
    image[32_769 : 32_769 + 5] = b"CD001"
    return message("Invoice", URGE, ("invoice.dat", "application/octet-stream", bytes(image)))


@_lure("file-macros")
def document_with_macros() -> bytes:
    document = zipped({"[Content_Types].xml": b"<Types/>", "word/vbaProject.bin": b"macro"})
    return message("Invoice", URGE, ("invoice.docm", "application/vnd.ms-word", document))


@_lure("file-loads-from-outside", hosts=[HOST])
def document_whose_template_is_elsewhere() -> bytes:
    relations = (
        '<Relationships><Relationship Id="r1" TargetMode="External" Target="' + ADDRESS + '" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"/></Relationships>'
    )
    files = {"[Content_Types].xml": b"<Types/>", "word/_rels/settings.xml.rels": relations.encode()}
    return message("Invoice", URGE, ("invoice.docx", "application/vnd.ms-word", zipped(files)))


@_lure("file-name-turned-around")
def file_name_turned_around() -> bytes:
    name = "=?utf-8?b?" + base64.b64encode("invoice\u202efdp.exe".encode()).decode() + "?="
    return message("Invoice", URGE, (name, "application/octet-stream", b"MZ" + bytes(99)))


@_lure(hosts=[HOST])
def link_behind_a_rewriter() -> bytes:
    wrapped = "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2F" + HOST + "%2Fportal&data=05"
    return plain("Verify your account", f'<p>{URGE}</p><a href="{wrapped}">Verify</a>', "html")


@_lure(hosts=[HOST])
def rtf_of_outlook() -> bytes:
    body = r"{\rtf1\ansi\fromhtml1 {\*\htmltag64 <p>}" + URGE + r"{\*\htmltag84 <a href=\'22" + ADDRESS + r"\'22>}here}"
    packed = struct.pack("<IIII", len(body) + 12, len(body), 0x414C454D, 0) + body.encode()
    tree = outlook_message(headers=HEAD.replace("{subject}", "Verify"), subject="Verify", rtf=packed)
    return compound_file(tree)
