"""Hostile bytes to the readers of signed notes and checkpoints; what is accepted has exactly one spelling."""

from charteroak.ledger.checkpoint import parse_checkpoint, render_checkpoint
from charteroak.ledger.note import parse_note, render_note
from harness import fuzz

SEEDS = (
    b"charteroak.example/ledger/elm-hollow-bakery\n3\nK7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols=\n\n"
    b"\xe2\x80\x94 charteroak.example/ledger/elm-hollow-bakery " + b"A" * 88 + b"AAA=\n",
    b"o\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n\xe2\x80\x94 o AAAAAAAAAA==\n",
)


def parse(data: bytes) -> None:
    """A note and a checkpoint are written back as they were read."""
    note = parse_note(data)
    assert render_note(note) == data
    assert render_checkpoint(parse_checkpoint(note.text)) == note.text


if __name__ == "__main__":
    fuzz("signed_note", parse, SEEDS)
