"""Pictures: QR codes in them, and small copies that are safe to show.

The size is known from the header before a pixel is decoded, so a picture that promises 900 megapixels costs nothing.
Only formats that mail readers show are opened. Codes are read by ZXing, upright, turned, inverted and shrunken.
"""

import io
import warnings
from typing import TYPE_CHECKING

from charteroak.mail import limits
from charteroak.mail.inside.finding import Inside, InsideDefect, LinkInside

if TYPE_CHECKING:
    from PIL.Image import Image

IMAGE_KINDS = frozenset({"png", "jpeg", "gif", "webp", "bmp", "tiff", "graymap"})
"""Detected types that are opened; ``graymap`` is a code drawn without a picture (``drawn_codes``)."""
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "PPM")
_QUIET_ZONE_PIXELS = 16
_SMALL_SIDE = 90
_LONGEST_ENLARGED = 2_000
_LONGEST_READ = 65_535
"""What ZXing takes of either side."""


def look_into_image(data: bytes) -> Inside:
    """The links of QR codes in a picture; a damaged or oversized one is a defect."""
    found = Inside()
    image = open_image(data, found)
    if image is not None and min(image.size) >= limits.MIN_IMAGE_SIDE:
        read_codes(image, found)
    return found


def open_image(data: bytes, found: Inside) -> "Image | None":
    """The decoded picture in grey; none, with a defect, where it is too large or damaged."""
    from PIL import Image as pictures  # noqa: N813, PLC0415 - only the worker loads it

    if len(data) > limits.MAX_IMAGE_BYTES:
        found.miss(InsideDefect.TOO_LARGE, "A picture.")
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pictures.MAX_IMAGE_PIXELS = None  # our own limit stands in front, and says what was refused
            image = pictures.open(io.BytesIO(data), formats=_FORMATS)
            width, height = image.size
            if width * height > limits.MAX_IMAGE_PIXELS:
                found.miss(InsideDefect.TOO_LARGE, f"A picture of {width} by {height} pixels.")
                return None
            return _on_white(image)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - a decoder of hostile bytes may raise anything; each is one defect
        found.miss(InsideDefect.DAMAGED, f"A picture ({type(error).__name__}).")
        return None


def read_codes(image: "Image", found: Inside) -> None:
    """Add what the QR codes of a grey picture say."""
    import zxingcpp  # noqa: PLC0415 - only the worker loads it

    kinds = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.MicroQRCode])
    # A code at the very edge has no quiet zone; mail readers show it on white.
    framed = _framed(_enlarged(image))
    if max(framed.size) > _LONGEST_READ:
        found.miss(InsideDefect.TOO_LARGE, f"A picture of {image.width} by {image.height} pixels.")
        return
    for code in zxingcpp.read_barcodes(framed, formats=kinds)[: limits.MAX_CODES]:
        found.flag("qr-code")
        text = code.text[: limits.MAX_URL_CHARACTERS].strip()
        if text:
            found.links.append(LinkInside(text, "qr-code"))


def small_copy(data: bytes, side: int = 480) -> bytes:
    """A PNG made anew from the pixels alone, at most ``side`` pixels wide or high; empty where none can be made.

    Comments, profiles and trailing bytes of the original do not survive.
    """
    image = open_image(data, Inside())
    if image is None:
        return b""
    image.thumbnail((side, side))
    made = io.BytesIO()
    image.save(made, format="PNG")
    return made.getvalue()


def _on_white(image: "Image") -> "Image":
    from PIL import Image as pictures  # noqa: N813, PLC0415 - only the worker loads it

    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        colored = image.convert("RGBA")
        ground = pictures.new("RGBA", colored.size, (255, 255, 255, 255))
        ground.alpha_composite(colored)
        return ground.convert("L")
    return image.convert("L")


def _enlarged(image: "Image") -> "Image":
    """A picture of hardly a pixel a module made larger, as the page around it does."""
    if min(image.size) >= _SMALL_SIDE or max(image.size) > _LONGEST_ENLARGED:
        return image
    from PIL import Image as pictures  # noqa: N813, PLC0415 - only the worker loads it

    return image.resize((4 * image.width, 4 * image.height), pictures.Resampling.NEAREST)


def _framed(image: "Image") -> "Image":
    from PIL import Image as pictures  # noqa: N813, PLC0415 - only the worker loads it

    width, height = image.size
    framed = pictures.new("L", (width + 2 * _QUIET_ZONE_PIXELS, height + 2 * _QUIET_ZONE_PIXELS), 255)
    framed.paste(image, (_QUIET_ZONE_PIXELS, _QUIET_ZONE_PIXELS))
    return framed
