"""Hostile text to the observable reader; a normal form must be its own normal form and survive defanging."""

from charteroak.observables import defang, parse_observable, refang
from harness import fuzz

SEEDS = (
    b"192.0.2.1", b"2001:db8::1", b"198.51.100.0/24", b"2001:db8::/32", b"evil[.]example", b"B\xc3\xbccher.example",
    b"hxxps://user:pw@Evil[.]Example:8443/a/../b?q=1#f", b"http[:]//[2001:db8::1]:80/", b"a.b+c@mail[.]example",
    b"D41D8CD98F00B204E9800998ECF8427E", b"ftp://ftp.example/x", b"someone[at]example(dot)com",
)  # fmt: skip


def parse(data: bytes) -> None:
    """Both properties hold for whatever is accepted."""
    observable = parse_observable(data.decode("utf-8", errors="replace"))
    assert parse_observable(observable.value, observable.type) == observable
    assert refang(defang(observable)) == observable.value


if __name__ == "__main__":
    fuzz("observables", parse, SEEDS)
