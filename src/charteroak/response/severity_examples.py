"""Worked examples of severity: made-up incidents with the answers behind their scores."""

import functools
import tomllib
from datetime import date
from importlib.resources import files
from typing import Annotated

import msgspec
from msgspec import Meta

from charteroak.response.severity import Answers, parse_answers

_Text = Annotated[str, Meta(min_length=1)]


class WorkedExample(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One incident with one option for each factor."""

    name: _Text
    title: _Text
    answers: dict[str, str]

    @property
    def parsed(self) -> Answers:
        """The answers as a score takes them."""
        return parse_answers(self.answers)


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    reviewed: date
    example: tuple[WorkedExample, ...]


@functools.cache
def load_examples() -> tuple[WorkedExample, ...]:
    """The packaged examples, the mildest first."""
    text = (files("charteroak.response") / "data" / "severity" / "examples.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _File).example
