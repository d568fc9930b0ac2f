"""Many domains at once give the answers that each of them gives alone."""

from charteroak.intel.domain_trees import domain_tree

NAMES = ("ct.gov", "a.b.example", "gov", "*.ct.us", "state.*.us")


def _covers(domain: str, name: str) -> bool:
    return name == domain or name.endswith("." + domain)


def _matches(domain: str, pattern: str) -> bool:
    labels, parts = domain.split("."), pattern.split(".")
    tail = labels[-len(parts) :]
    return len(tail) == len(parts) and all(part in ("*", label) for part, label in zip(parts, tail, strict=True))


def test_a_name_is_reached_at_above_and_below_an_entry_and_nowhere_else() -> None:
    tree = domain_tree(NAMES)
    labels = ("ct", "gov", "us", "a", "b", "example", "state", "xct")
    two = [f"{one}.{other}" for one in labels for other in labels]
    asked = [*labels, *two, *(f"{one}.{other}" for one in labels for other in two)]
    for domain in asked:
        expected = any(_covers(domain, name) or _covers(name, domain) or _matches(domain, name) for name in NAMES)
        assert tree.reaches(domain) is expected, domain


def test_ten_thousand_names_are_not_looked_through_for_each_question() -> None:
    tree = domain_tree([f"town{number}.example" for number in range(10_000)])
    looked = 0

    class Counted(str):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            nonlocal looked
            looked += 1
            return str.__eq__(self, other)

        __hash__ = str.__hash__

    assert not tree.reaches(Counted("www.thief.invalid"))
    assert looked < 10


def test_no_names_reach_nothing() -> None:
    assert not domain_tree(()).reaches("ct.gov")
