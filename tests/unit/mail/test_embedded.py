"""Whole files, drawings and handlers in the source of a page."""

import base64
import time
from email.message import EmailMessage
from itertools import chain

import pytest
import segno
from tests.simulators import made_mail

from charteroak.mail.analysis import Analysis, analyze
from charteroak.mail.embedded import acts_by_itself, drawn_text, embedded_files, unpacked_texts
from charteroak.mail.inside.looking import look_inside

ADDRESS = "https://bad-page.example/scan"


def _analyzed(page: str, *, is_attached: bool = False) -> Analysis:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Jo <jo@firm.example>", "pat@elm.example", "Notice"
    message["Date"] = "Mon, 16 Nov 2026 10:00:00 -0500"
    message.set_content("See below.")
    if is_attached:
        message.add_attachment(page.encode(), maintype="text", subtype="html", filename="notice.html")
    else:
        message.add_alternative(page, subtype="html")
    return analyze(message.as_bytes(), inspector=look_inside)


def _addresses(found: Analysis) -> set[str]:
    return {seen.observable.value for seen in found.observables}


def _blocks() -> str:
    rows = [[bool(module) for module in row] for row in segno.make(ADDRESS).matrix_iter(border=4)]
    rows += [[False] * len(rows[0])] * (len(rows) % 2)
    marks = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
    return "\n".join(
        "".join(marks[pair] for pair in zip(*two, strict=True)) for two in zip(*[iter(rows)] * 2, strict=True)
    )


@pytest.mark.parametrize(
    "page",
    [
        f"<pre style='line-height:1'>{_blocks()}</pre>",
        "<div>" + _blocks().replace(" ", "&nbsp;").replace("\n", "<br>\n") + "</div>",
        "<pre>" + "".join(f"&#{ord(mark)};" if ord(mark) > 127 else mark for mark in _blocks()) + "</pre>",
        f'<img src="data:image/png;base64,{base64.b64encode(made_mail.code(ADDRESS)).decode()}">',
    ],
)
def test_code_that_is_drawn_or_written_into_a_page_is_read(page: str) -> None:
    assert ADDRESS in _addresses(_analyzed(page))


def test_page_that_is_written_into_a_link_is_read() -> None:
    inner = base64.b64encode(f'<a href="{ADDRESS}">x</a>'.encode()).decode()
    assert ADDRESS in _addresses(_analyzed(f'<a href="data:text/html;charset=utf-8;base64,{inner}">open</a>'))
    assert ADDRESS in _addresses(_analyzed(f'<a href="data:text/html,%3Ca%20href=%22{ADDRESS}%22%3E">open</a>'))


@pytest.mark.parametrize("hidden", [ADDRESS, f'<form action="{ADDRESS}"><input type=password></form>'])
def test_what_a_script_of_an_attached_page_unpacks_is_read(hidden: str) -> None:
    packed = base64.b64encode(hidden.encode()).decode()
    found = _analyzed(f"<script>document.write(atob('{packed}'))</script>", is_attached=True)
    assert ADDRESS in _addresses(found)
    assert "file-smuggles" in {signal.id for signal in found.signals}


@pytest.mark.parametrize(
    "page", ["<body onload=\"document.write(unescape('%3Cform'))\">", "<svg ONLOAD = 'eval(atob(x))'/>"]
)
def test_handler_of_an_attached_page_counts_as_a_script(page: str) -> None:
    assert {"file-smuggles", "file-web-page-with-form"} <= {
        signal.id for signal in _analyzed(page, is_attached=True).signals
    }


def test_handlers_in_words_and_in_other_attributes_are_none() -> None:
    assert not acts_by_itself("<p>The switch is on. onload is a word</p><a data-onload=1>")


@pytest.mark.parametrize(
    "source", ["data:image/png,", "data:text/html;a;b;c;d,x", "<br █", "atob('", "&#96", " onload ", "<pre>█\n"]
)
def test_each_search_takes_time_in_proportion_to_the_length(source: str) -> None:
    hostile = (source * 100_000)[: 1 << 20]
    began = time.process_time()
    for _ in chain(embedded_files(hostile), unpacked_texts(hostile)):
        pass
    drawn_text(hostile)
    acts_by_itself(hostile)
    assert time.process_time() - began < 1


def test_pictures_in_front_hide_no_page_and_the_page_that_is_one_too_many_is_told() -> None:
    pictures = "".join(
        f'<img src="data:image/gif;base64,{base64.b64encode(bytes([n] * 20)).decode()}">' for n in range(30)
    )
    inner = base64.b64encode(f'<a href="{ADDRESS}">x</a>'.encode()).decode()
    found = _analyzed(f'{pictures}<a href="data:text/html;base64,{inner}">open</a>')
    assert ADDRESS in _addresses(found)
    assert "too-many-files-to-open" in {defect.kind.code for defect in found.defects}
    found = _analyzed(f"<script>{'atob(`aGVsbG8gaGVsbG8h`);' * 100}</script>")
    assert "html-cut" in {defect.kind.code for defect in found.defects}


def test_a_page_is_found_however_the_scheme_is_written() -> None:
    source = '<a href="DaTa:TEXT/HTML;base64,PGEgaHJlZj0iaHR0cDovL3guZXhhbXBsZSI+eDwvYT4=">open</a>'
    assert [file.content_type for file in embedded_files(source)] == ["text/html"]
