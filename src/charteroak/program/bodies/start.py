"""Bodies about beginning: the guided start that somebody finished, and files that were brought in."""

from charteroak.program.bodies.fields import Body, Count, Files, Line, Text


class StartFinished(Body, frozen=True, kw_only=True):
    """Somebody finished the guided start and means to aim for a framework. An intent: it says nothing of conformity.

    What was said stands in the file; names of people are in it and not in the body.
    """

    framework: Line
    edition: Line
    proposed: Line
    """The framework that was proposed."""
    reason: Text = ""
    files: Files = ()


class DocumentImported(Body, frozen=True, kw_only=True):
    """A written program or control list was brought in as it is. By itself it answers nothing and shows nothing."""

    title: Line
    rows: Count
    """Rows or sections that could be read; 0 where the file is kept unread."""
    reader: Line
    """Which reader read it, and which version of it."""
    note: Text = ""
    files: Files = ()
