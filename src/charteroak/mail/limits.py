"""Every limit that stands between a hostile message and the code that reads it, each with its reason.

The rule of this package: no clock is read, so the time that one message can take is bounded by what is looked at, and
that is bounded here. A limit that is met cuts the work and leaves a defect that says so; it never raises and it never
drops the message. Figures come from 7,909 real phishing messages and thirty hostile ones; none of the real ones meets
a limit unless its line says so.
"""

MAX_MESSAGE_BYTES = 25 << 20
"""What mail providers let through; bytes beyond are not read (``truncated-message``)."""

MAX_FILE_BYTES = 64 << 20
"""A single message file above this is refused before it is read: nothing that a person received is so large."""

MAX_MAILBOX_MESSAGES = 10_000
"""Messages taken from one mailbox, folder or command line; the rest is named, not read."""

MAX_FOLDER_DEPTH = 16
"""Folders below a folder; a mail archive is flat, a loop of links is not."""

MAX_SEPARATOR_LINE_BYTES = 512
"""A line that parts two messages of a mailbox is an address and a date."""

MAX_HEADER_BLOCK_BYTES = 256 << 10
"""Largest header block looked at; the longest real one is 41 KB."""

MAX_PART_HEADER_BYTES = 64 << 10
"""Largest header block of a part inside a message; it needs a handful of fields."""

MAX_HEADERS = 512
"""Fields kept of one block; real mail stays below 150."""

MAX_HEADER_CHARACTERS = 32 << 10
"""One unfolded field."""

MAX_SENDER_CHARACTERS = 1024
"""What is used of From, Sender and Reply-To: one person, not a list."""

MAX_ADDRESSES = 2_000
"""Addresses taken from one field; 32 KB hold fewer."""

MAX_ENCODED_WORDS = 200
"""Encoded words (RFC 2047) decoded in one field; a subject needs ten."""

MAX_PARAMETER_CHARACTERS = 8 << 10
"""What is read of a Content-Type or Content-Disposition field."""

MAX_PARAMETERS = 32
"""Parameters kept of one such field."""

MAX_CONTINUATIONS = 10
"""Pieces of one parameter (RFC 2231 section 3); a file name needs three."""

MAX_FILE_NAME_CHARACTERS = 255
"""Longest file name that a file system of the victim can hold."""

MAX_DEPTH = 16
"""Nested multiparts in one message."""

MAX_ATTACHED_DEPTH = 8
"""Messages attached inside messages."""

MAX_PARTS = 256
"""Parts of a message, those of its attached messages included."""

MAX_BOUNDARY_CHARACTERS = 1_000
"""RFC 2046 allows 70; some senders use more, none a thousand."""

MAX_FALSE_BOUNDARIES = 5_000
"""Lines that begin like the boundary and are not: two million of them are an attack on the search."""

MAX_SCANNED_BYTES = 128 << 20
"""Bytes searched for boundaries, summed over all levels, so that depth times size stays bounded."""

MAX_LEAF_BYTES = 25 << 20
"""Decoded bytes of one part."""

MAX_UU_LINES = 600_000
"""Lines of a uuencoded part; of 45 bytes each, as every program writes them, a part holds fewer."""

MAX_DECODED_BYTES = 50 << 20
"""Decoded bytes of all parts together."""

MAX_TEXT_BYTES = 256 << 10
"""Plain text of a message that is analysed."""

MAX_HTML_BYTES = 1 << 20
"""HTML of a message that is analysed, its HTML attachments included."""

MAX_HTML_TAGS = 20_000
"""Tags of a message looked at; the largest real one has 9,000."""

MAX_ATTRIBUTES = 500
"""Attributes of one tag that are looked at; no real tag has fifty."""

MAX_ANCHOR_CHARACTERS = 200
"""Visible text kept of one link."""

MAX_LANGUAGE_CHARACTERS = 32 << 10
"""Text that is normalised and searched for phrases; a lure makes its point sooner."""

MAX_LINKS = 500
"""Different links kept."""

MAX_LINKS_SEEN = 2_000
"""Links looked at before the search stops."""

MAX_URL_CHARACTERS = 4_096
"""Longest link kept; more is padding against whoever reads it."""

MAX_REDIRECT_LAYERS = 5
"""Rewriters and redirectors undone around one link."""

MAX_ATTACHMENTS = 100
"""Attachments described one by one."""

MAX_ARCHIVE_ENTRIES = 1_000
"""Names read from the directory of one archive; nothing is inflated."""

MAX_RECEIVED = 64
"""Hops read; RFC 5321 section 6.3 takes more than a hundred for a loop."""

MAX_RECEIVED_CHARACTERS = 2_048
"""What is read of one Received field."""

MAX_AUTHENTICATION_CLAIMS = 64
"""Results taken from all authentication fields together."""

MAX_OBSERVABLES = 500
"""Observables handed on from one message."""

MAX_SHINGLES = 1_000
"""Runs of words that make the fingerprint of a text."""

MAX_RECIPIENTS = 1_000
"""Addresses that are kept out of everything derived; a longer list is a mailing, and its tail is noted as not read."""

MAX_FILES_LOOKED_INTO = 24
"""Files of one message that are opened (images, PDF, documents, archives); a lure needs one."""

MAX_SECONDS_INSIDE = 0.4
"""CPU time for all files of one message, in a process that can be ended; of 1,500 real mails one takes over 0.12."""

MIN_SECONDS_INSIDE = 0.1
"""With less of it left no further file is opened: the reader would only be ended in the middle."""

MAX_IMAGE_BYTES = 16 << 20
"""One image as it came."""

MAX_IMAGE_PIXELS = 12_000_000
"""Width times height, known from the header before anything is decoded."""

MIN_IMAGE_SIDE = 21
"""A QR code has 21 modules a side; a page may show a picture of one pixel a module as large as it likes."""

MAX_CODES = 16
"""QR codes taken from one picture."""

MAX_PDF_BYTES = 16 << 20
"""One PDF as it came."""

MAX_PDF_OBJECTS = 50_000
"""Objects of one PDF, counted by their ends before anything reads it; a scanned book has a tenth."""

MAX_PDF_PAGES = 3
"""Pages of a PDF that are read and drawn; a lure stands on the first."""

MAX_PDF_SIDE_PIXELS = 1_600
"""Longer side of a drawn page."""

MAX_LINKS_INSIDE = 200
"""Links taken from one file."""

MAX_TEXT_INSIDE = 32 << 10
"""Text taken from one file."""

MAX_INFLATED_BYTES = 50 << 20
"""Bytes that one archive may become, counted while it is read."""

MAX_INFLATION_RATIO = 200
"""An archive that grows more is built to exhaust its reader; text shrinks to a hundredth at most."""

MAX_ARCHIVE_DEPTH = 2
"""Archives in an archive."""

MAX_ENTRY_BYTES = 8 << 20
"""One file of an archive that is read; more of it is left out."""

MAX_OLE_BYTES = 25 << 20
"""One OLE file (old Office formats, Outlook messages)."""

MAX_OLE_STREAMS = 2_000
"""Streams of one OLE file."""

MAX_PASSWORDS_TRIED = 16
"""Words of the message that are tried on a locked archive."""

MAX_DRAWN_CODES = 4
"""QR codes drawn with letters or table cells that are looked for in one message."""

MAX_PICTURES_IN_PAGES = 8
"""Pictures written into pages that are opened: the files that came with the message have the rest."""

MAX_PAGES_IN_PAGES = 64
"""Pages written into pages that are read, and texts that their scripts unpack; a lure needs one."""

MAX_UPLOAD_MESSAGES = 20
"""Messages taken from one upload, zip or forwarded mail; ``phish file`` takes more."""

MAX_ZIP_DIRECTORY_BYTES = 256 << 10
"""The directory of a zip of mails, looked at before the zip is opened."""

MAX_NOTE_CHARACTERS = 5_000
"""What a reporter wrote above a mail that they forward."""

MAX_LOOP_RECEIVED = 50
"""Servers that carried a report; more are a loop (RFC 5321, section 6.3), and no road is so long."""
