import pytest

from charteroak.mail.defects import DefectKind, DefectLog
from charteroak.mail.html import Page, read_page, unescape_references


def read(source: str) -> Page:
    return read_page(source, DefectLog())


def references(source: str) -> list[tuple[str, str]]:
    return [(reference.address, reference.role) for reference in read(source).references]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('<a href="http://x.example">y</a>', [("http://x.example", "link")]),
        ("<A HREF = 'http://x.example'>y", [("http://x.example", "link")]),
        ("<a href=http://x.example>y", [("http://x.example", "link")]),
        ('<a title=">" href="http://x.example">', [("http://x.example", "link")]),
        ('<a href="http&colon;//x.example/&#x61;&#00000000000098">', [("http://x.example/ab", "link")]),
        ('<a href="//x.example"><a href="/y">', [("//x.example", "link"), ("/y", "link")]),
        ('<base href="http://x.example/">', [("http://x.example/", "base")]),
        ('<form action="http://x.example/go">', [("http://x.example/go", "form")]),
        ('<meta http-equiv=refresh content="0; URL=http://x.example">', [("http://x.example", "refresh")]),
        ('<meta http-equiv=refresh content="0;http://x.example">', [("http://x.example", "refresh")]),
        ('<!--><a href="http://x.example">y</a>', [("http://x.example", "link")]),
        ('<!---><a href="http://x.example">y</a>', [("http://x.example", "link")]),
        ('<!-- z --!><a href="http://x.example">y</a>', [("http://x.example", "link")]),
        ('<iframe srcdoc="&lt;a href=&quot;http://x.example&quot;&gt;y">', [("http://x.example", "resource")]),
        ('<img src="http://x.example/a.png">', [("http://x.example/a.png", "resource")]),
        (
            '<img srcset="http://x.example/1 1x, http://x.example/2 2x">',
            [("http://x.example/1", "resource"), ("http://x.example/2", "resource")],
        ),
        ('<td background="http://x.example/a">', [("http://x.example/a", "resource")]),
        ("<p style=\"background: url('http://x.example/a')\">", [("http://x.example/a", "resource")]),
        ('<!--[if mso]><a href="http://x.example/mso">y</a><![endif]-->', [("http://x.example/mso", "resource")]),
        ('<script>if (a<b) location="http://x.example/js"</script>', [("http://x.example/js", "resource")]),
        ('<svg><a xlink:href="http://x.example/svg"></svg>', [("http://x.example/svg", "link")]),
        ("<a>no target</a><p>1 < 2 > 0</p>", []),
    ],
)
def test_every_attribute_that_loads_or_links_is_found(source: str, expected: list[tuple[str, str]]) -> None:
    assert references(source) == expected


def test_link_after_a_script_full_of_brackets_is_found() -> None:
    source = "<script>x = \"<a href='\" + y</script><a href='http://x.example'>z</a>"
    assert ("http://x.example", "link") in references(source)


def test_visible_text_of_a_link_is_kept_and_not_taken_for_a_link() -> None:
    page = read('<a href="http://evil.example"><b>https://</b>bank.example </a>')
    assert [(one.address, one.text) for one in page.references] == [("http://evil.example", "https://bank.example")]


def test_text_joins_inline_elements_and_leaves_scripts_and_comments_out() -> None:
    page = read(
        "<title>t</title><style>s</style><p>Pay<b></b>Pal</p><!-- c --><div>caf&eacute;</div><script>x</script>"
    )
    assert page.text.split() == ["PayPal", "café"]


def test_forms_passwords_pictures_and_tags_are_seen() -> None:
    page = read("<form><input TYPE=Password></form><img src=x><script></script>")
    assert page.has_form
    assert page.has_password_field
    assert page.has_script
    assert page.image_count == 1
    assert page.tags == ["form", "input", "img", "script"]


def test_number_of_thousands_of_digits_does_not_raise() -> None:
    assert unescape_references("&#" + "9" * 10_000 + ";") == "\ufffd"
    assert unescape_references("&#0000000065;&amp;") == "A&"


def test_tags_beyond_the_limit_are_noted() -> None:
    defects = DefectLog()
    read_page("<p>" * 100, defects, max_tags=10)
    assert defects.has(DefectKind.TOO_MANY_TAGS)
