"""The quick reading of markup says what the exact one says."""

from hypothesis import example, given
from hypothesis import strategies as st

from charteroak.mail.defects import DefectLog
from charteroak.mail.html import Page, _PageReader, read_page

TAGS = st.sampled_from(
    [
        *("<p>", "<br/>", "</p>", "<b>", "</B>", "<TD>", "<o:p>", "</a>", "</A>", "</a >", "<script>", "</script>"),
        *(
            "<style type='text/css'>",
            "</STYLE >",
            "</style",
            "<title>",
            "</title\n>",
            "<xmp/>",
            "<!-- ",
            "-->",
            "<!-->",
            "<!--->",
            "--!>",
        ),
        *("<!doctype html>", "<![endif]-->", "<?xml:namespace x />", "<!", "<?", "<", ">", "<>", "</>", "< p>", "<1>"),
        *(
            '<a href="http://x.example/a?b&amp;c">',
            "<a href='y'>",
            '<A HREF="//z.example">',
            "<a name=x>",
            '<a href="">',
        ),
        *(
            '<a title=">" href=/q>',
            '<a class="b" href="r" style="c"',
            '<img src="i" alt=">">',
            '<img alt="" src="cid:1">',
        ),
        *('<td background="j">', '<TD BackGround="k">', "<td style=\"background:url('l')\">", '<p href="m" src="n">'),
        *(
            '<p style="color:rgb(1,2,3)">',
            '<p style="background:url&#40;o)">',
            '<p style="x&quot;&lpar;">',
            "<td width=1>",
        ),
        *('<base href="http://x.example/">', '<form action="s">', '<input type="password">', "<input type=Password/>"),
        *(
            '<meta http-equiv="refresh" content="0; url=t">',
            '<link href="u">',
            '<img srcset="v 1x, w 2x">',
            "<IMG SRC=x>",
        ),
        *(
            ' a="b"',
            " c = 'd'",
            '="',
            "='",
            '"',
            "'",
            "=",
            " ",
            "\n",
            "\xa0",
            "text",
            "&nbsp;",
            "&lt;",
            "\u017f",
            "\u0130",
        ),
    ]
)


def _took(reader: _PageReader) -> tuple[Page, int]:
    return reader.finish(""), reader.cut_tags


@given(st.lists(TAGS, max_size=25).map("".join) | st.text(alphabet="<>/!?-=a \"'\n\u0130", max_size=60))
@example("<a href=x>1</A>2<a href=y>3</A>4<a href=z>5</A>6")
@example("<p" + ' a="b"' * 600 + ' href="x">')
def test_quick_reading_of_markup_says_what_the_exact_one_says(source: str) -> None:
    # The second time its tags are remembered.
    for _ in range(2):
        quick, exact = _PageReader(), _PageReader()
        is_usual = quick.take_usual(source)
        assert exact.take_any(source, 20_000)
        assert not is_usual or _took(quick) == _took(exact)


@given(st.lists(TAGS, max_size=12).map("".join), st.integers(0, 12))
def test_markup_is_read_up_to_the_limit_of_tags(source: str, limit: int) -> None:
    page = read_page(source, DefectLog(), limit)
    assert len(page.tags) <= limit
