import pytest

from charteroak.mail import limits
from charteroak.mail.defects import DefectKind, DefectLog
from charteroak.mail.html import read_page
from charteroak.mail.urls import Link, LinkCollector


def from_text(text: str) -> list[Link]:
    collector = LinkCollector(DefectLog())
    collector.add_text(text, "body")
    return collector.links


def from_html(source: str) -> list[Link]:
    collector = LinkCollector(DefectLog())
    collector.add_page(read_page(source, DefectLog()), "body")
    return collector.links


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("see https://x.example/a.", "https://x.example/a"),
        ("(https://x.example/a_(b))", "https://x.example/a_(b)"),
        ("<https://x.example/a>", "https://x.example/a"),
        ("https://X.EXAMPLE:443/A", "https://x.example/A"),
        ("http:\\\\x.example\\a", "http://x.example/a"),
        ("go to www.x.com/a now", "http://www.x.com/a"),
        ("go to x.com/login now", "http://x.com/login"),
        ("http://3232235777/a", "http://192.168.1.1/a"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("http://bücher.example/", "http://xn--bcher-kva.example/"),
    ],
)
def test_links_in_text_are_found_in_normal_form(text: str, url: str) -> None:
    assert [link.url for link in from_text(text)] == [url]


@pytest.mark.parametrize(
    "text", ["and/or", "either.or/else", "a@x.com/b", "http://", "http://[::1", "version 1.2/3", "http://a b"]
)
def test_what_no_browser_would_open_is_no_link(text: str) -> None:
    assert [link.host for link in from_text(text) if "." in link.host] == []


@pytest.mark.parametrize(
    ("target", "url"),
    [
        ("https:/x.example/a", "https://x.example/a"),
        ("https:x.example/a", "https://x.example/a"),
        ("HTTPS:///x.example/a", "https://x.example/a"),
        ("http:\\/\\x.example/a", "http://x.example/a"),
        ("https://x%2Dy.example/a", "https://x-y.example/a"),
        ("https://x\u200by\u00ad.example/a\u200b", "https://xy.example/a%E2%80%8B"),
        (
            "https://wrapped.example/?url=https://other.example/b",
            "https://wrapped.example/?url=https://other.example/b",
        ),
    ],
)
def test_a_target_that_a_browser_would_open_is_found_however_it_is_written(target: str, url: str) -> None:
    assert [link.url for link in from_html(f'<a href="{target}">pay</a>')] == [url]


def test_a_target_that_starts_a_search_or_a_tool_of_windows_is_active() -> None:
    collector = LinkCollector(DefectLog())
    page = read_page('<a href="search-ms:query=x&crumb=location:x">open</a><a href="ms-msdt:/id">x</a>', DefectLog())
    collector.add_page(page, "body")
    assert collector.active_schemes == ["search-ms", "ms-msdt"]


def test_a_target_that_begins_with_www_is_a_site_as_mail_readers_have_it() -> None:
    assert [link.url for link in from_html("<a href='WWW.x.com/a'>pay</a>")] == ["http://www.x.com/a"]
    assert from_html("<a href='invoice.html'>pay</a>") == []


def test_relative_links_follow_the_base_address() -> None:
    links = from_html('<base href="https://x.example/dir/"><a href="go">a</a><form action="../send">')
    assert [(link.url, link.role) for link in links] == [
        ("https://x.example/dir/", "base"),
        ("https://x.example/dir/go", "link"),
        ("https://x.example/send", "form"),
    ]


def test_line_break_inside_an_address_is_dropped_as_browsers_do() -> None:
    assert [link.url for link in from_html('<a href="https://x.ex\nample/a">b</a>')] == ["https://x.example/a"]


def test_address_that_is_only_shown_is_no_link() -> None:
    links = from_html('<a href="https://lure.example/">https://payroll.town.example/deposit</a>')
    assert [link.host for link in links] == ["lure.example"]
    assert links[0].shown_host() == "payroll.town.example"


def test_user_name_before_the_host_is_seen() -> None:
    (link,) = from_text("http://bank.example@lure.example/")
    assert link.host == "lure.example"
    assert link.has_user


def test_addresses_and_code_are_kept_apart_from_links() -> None:
    collector = LinkCollector(DefectLog())
    source = (
        '<a href="mailto:a%40b.example?subject=x">m</a><a href="javascript:go()">j</a><a href="data:text/html,x">d</a>'
    )
    collector.add_page(read_page(source, DefectLog()), "body")
    assert collector.links == []
    assert collector.mail_addresses == ["a@b.example"]
    assert collector.active_schemes == ["javascript", "data"]


def test_picture_is_a_resource_and_not_followed() -> None:
    (link,) = from_html('<img src="https://x.example/logo.png">')
    assert not link.is_followed


def test_links_beyond_the_limit_are_noted() -> None:
    defects = DefectLog()
    collector = LinkCollector(defects)
    collector.add_text(" ".join(f"http://x.example/{i}" for i in range(limits.MAX_LINKS + 5)), "body")
    assert len(collector.links) == limits.MAX_LINKS
    assert defects.has(DefectKind.TOO_MANY_LINKS)


def test_target_that_a_picture_hides_in_base64_is_followed_where_a_link_hides_it_too() -> None:
    link = "https://mailer.example/r?u=aHR0cHM6Ly9sdXJlLmV4YW1wbGUvYT9iPWM"
    for source in (f"<img src='{link}&x=1'><a href='{link}'>Go</a>", f"<a href='{link}'>Go</a><img src='{link}&x=1'>"):
        assert "https://lure.example/a?b=c" in {each.url for each in from_html(source) if each.is_followed}
