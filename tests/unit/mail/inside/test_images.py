"""Pictures: codes are read however they are drawn, and no picture costs more than its header may."""

import io
import struct
import zlib

import pytest
import segno
from PIL import Image, ImageOps

from charteroak.mail.inside.drawn_codes import as_bitmap, grids_in_html, grids_in_text
from charteroak.mail.inside.finding import InsideDefect
from charteroak.mail.inside.images import look_into_image, small_copy

ADDRESS = "https://sign-in.example/portal?u=1"


def code(*, border: int = 4, scale: int = 5, kind: str = "png") -> bytes:
    drawn = io.BytesIO()
    segno.make(ADDRESS, error="m").save(drawn, kind=kind, scale=scale, border=border)
    return drawn.getvalue()


def picture(image: Image.Image, kind: str = "PNG") -> bytes:
    drawn = io.BytesIO()
    image.save(drawn, format=kind)
    return drawn.getvalue()


def upright() -> Image.Image:
    return Image.open(io.BytesIO(code())).convert("L")


SHAPES = {
    "upright": code(),
    "without a quiet zone": code(border=0),
    "small": code(scale=2),
    "inverted": picture(ImageOps.invert(upright())),
    "turned by twenty degrees": picture(upright().rotate(20, expand=True, fillcolor=255)),
    "on its head": picture(upright().rotate(180)),
    "as JPEG": picture(upright(), "JPEG"),
    "as GIF": picture(upright(), "GIF"),
    "as WEBP": picture(upright(), "WEBP"),
    "as BMP": picture(upright(), "BMP"),
    "dark on nothing": picture(ImageOps.colorize(upright(), "black", "white").convert("RGBA")),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_code_is_read_however_it_is_drawn(shape: str) -> None:
    found = look_into_image(SHAPES[shape])
    assert [(link.address, link.how) for link in found.links] == [(ADDRESS, "qr-code")]
    assert found.flags == ["qr-code"]


def test_a_code_on_a_transparent_ground_is_read() -> None:
    image = upright()
    seen = Image.merge("LA", (Image.new("L", image.size, 0), ImageOps.invert(image)))
    assert [link.address for link in look_into_image(picture(seen)).links] == [ADDRESS]


def test_a_picture_without_a_code_holds_nothing() -> None:
    found = look_into_image(picture(Image.new("RGB", (400, 300), "navy")))
    assert (found.links, found.flags, found.defects) == ([], [], [])


def png_that_promises(width: int, height: int) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def test_a_picture_of_nine_hundred_megapixels_is_refused_by_its_header() -> None:
    found = look_into_image(png_that_promises(30_000, 30_000))
    assert [why for why, _ in found.defects] == [InsideDefect.TOO_LARGE]


@pytest.mark.parametrize(
    "data", [b"", b"\x89PNG\r\n\x1a\n", code()[:80], b"GIF89a" + b"\xff" * 40, b"P5 1e9 1e9 255\n"]
)
def test_a_damaged_picture_is_a_defect(data: bytes) -> None:
    assert [why for why, _ in look_into_image(data).defects] == [InsideDefect.DAMAGED]


def test_a_small_copy_keeps_pixels_and_nothing_else() -> None:
    noted = Image.new("RGB", (1200, 600), "white")
    drawn = io.BytesIO()
    noted.save(drawn, format="JPEG", comment=b"home address of the reporter")
    copy = small_copy(drawn.getvalue() + b"<script>trailing</script>")
    with Image.open(io.BytesIO(copy)) as image:
        assert (image.format, image.size) == ("PNG", (480, 240))
        assert not image.info
    assert b"reporter" not in copy
    assert b"script" not in copy


def test_no_small_copy_is_made_of_what_is_no_picture() -> None:
    assert small_copy(b"<svg onload=alert(1)>") == b""


def modules() -> list[list[bool]]:
    return [[bool(module) for module in row] for row in segno.make(ADDRESS, error="m").matrix]


def test_a_code_drawn_with_block_letters_is_found() -> None:
    text = "Scan me\n" + "\n".join("".join("██" if dark else "  " for dark in row) for row in modules()) + "\nThanks"
    (grid,) = grids_in_text(text)
    assert [link.address for link in look_into_image(as_bitmap(grid)).links] == [ADDRESS]


def test_a_code_drawn_with_half_blocks_is_found() -> None:
    rows = [*modules(), [False] * len(modules())]
    letters = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}
    lines = [
        "".join(letters[upper, lower] for upper, lower in zip(rows[n], rows[n + 1], strict=True))
        for n in range(0, len(rows) - 1, 2)
    ]
    (grid,) = grids_in_text("\n".join(lines))
    assert [link.address for link in look_into_image(as_bitmap(grid)).links] == [ADDRESS]


@pytest.mark.parametrize("dark", ["bgcolor='#000'", 'style="background-color: rgb(0, 0, 0)"', "bgcolor=black"])
def test_a_code_drawn_with_table_cells_is_found(dark: str) -> None:
    rows = "".join(
        "<tr>" + "".join(f"<td width=4 {dark if module else 'bgcolor=white'}></td>" for module in row) + "</tr>"
        for row in modules()
    )
    (grid,) = grids_in_html(f"<p>Scan</p><table><tr><td>menu</td></tr></table><table cellspacing=0>{rows}</table>")
    assert [link.address for link in look_into_image(as_bitmap(grid)).links] == [ADDRESS]


def test_an_ordinary_table_and_ordinary_text_are_no_codes() -> None:
    table = "<table>" + "<tr><td>a</td><td>b</td></tr>" * 40 + "</table>"
    assert list(grids_in_html(table)) == []
    assert list(grids_in_text("a line\n" * 100 + "█" * 40)) == []


@pytest.mark.parametrize("height", [20_000, 65_000])
def test_code_in_a_narrow_picture_of_great_height_is_read(height: int) -> None:
    with Image.open(io.BytesIO(code(scale=2))) as small:
        tall = Image.new("L", (small.width, height), 255)
        tall.paste(small.convert("L"), (0, height // 2))
    assert [link.address for link in look_into_image(picture(tall)).links] == [ADDRESS]


def test_picture_that_is_too_high_to_be_read_is_told_as_too_large() -> None:
    found = look_into_image(picture(Image.new("L", (60, 100_000), 255)))
    assert [why for why, _ in found.defects] == [InsideDefect.TOO_LARGE]
