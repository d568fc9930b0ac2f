"""Any report can be written as labelled text and read back to the same bytes, also after a mail program broke lines."""

import textwrap

from hypothesis import assume, given, settings
from made_reports import report_documents, taken

from charteroak.response.incident_report import parse_report, report_bytes
from charteroak.response.labelled_report import parse_labelled, write_labelled

DOCUMENTS = report_documents().map(taken)


@settings(max_examples=25)
@given(DOCUMENTS)
def test_a_report_written_as_text_is_read_back_to_the_same_bytes(document: dict[str, object] | None) -> None:
    assume(document is not None)
    assert document is not None
    for language in ("en", "es"):
        text = write_labelled(document, language)
        assert report_bytes(parse_report(parse_labelled(text))) == report_bytes(parse_report(document))


@settings(max_examples=25)
@given(DOCUMENTS)
def test_broken_and_padded_lines_change_nothing(document: dict[str, object] | None) -> None:
    assume(document is not None)
    assert document is not None
    written = write_labelled(document)
    moved = "Dear desk,\r\n\r\n" + "".join(f"{line}  \r\n\r\n" for line in written.split("\n")) + "Sent from my phone"
    assert report_bytes(parse_report(parse_labelled(moved))) == report_bytes(parse_report(document))


def test_a_long_answer_that_a_program_wrapped_is_one_line_again() -> None:
    said = "A clerk opened the file and the machine asked for money. " * 8
    wrapped = textwrap.fill(f"What happened: {said}", 60)
    assert parse_labelled(f"Outcome: Blocked.\n{wrapped}")["narrative"] == said.strip()
