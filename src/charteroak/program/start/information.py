"""Which information an organisation holds in the act's sense, store by store, with the reason and the citation.

Implements the two definitions of Conn. Gen. Stat. § 42-901(a) as far as they could be read: *personal information* is a
list of elements beside a name (or log-in data without one); *restricted information* is other information that singles
out or traces a person, unless it is unreadable, and only if its loss is likely to lead to identity theft or fraud.
Whether it is likely is judgment, so such kinds stay *uncertain*. Nothing that nobody said becomes *no*.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from charteroak.program.bodies import Information
from charteroak.program.start.answers import Store
from charteroak.program.start.vocabulary import InformationKind, InformationKinds, Rule, load_information_kinds

_LISTED = frozenset({Rule.PERSONAL_WITH_NAME, Rule.PERSONAL_WITH_CODE})
"""Elements that ask for a name beside them."""
_RESTRICTED = frozenset({Rule.RESTRICTED, Rule.RESTRICTED_DEPENDS})


class Says(StrEnum):
    """What the classifier says."""

    YES = "yes"
    NO = "no"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Reading:
    """An answer with its reason and where the definition stands."""

    says: Says
    reason: str
    citation: str


@dataclass(frozen=True, slots=True)
class StoreReading:
    """How the definitions read one store."""

    store: Store
    personal: Reading
    restricted: Reading
    owned: Reading
    holds_restricted: bool | None
    """Whether it holds kinds of restricted information, readable or not."""


@dataclass(frozen=True, slots=True)
class InformationReading:
    """How the definitions read everything that is held."""

    stores: tuple[StoreReading, ...]
    personal: Reading
    restricted: Reading

    def body(self) -> Information:
        """The part of an organisation's description that follows. What is uncertain stays unknown."""
        with_restricted = [each for each in self.stores if each.holds_restricted is not False]
        kinds = load_information_kinds().by_id
        known = [kinds[code].rule for each in self.stores for code in each.store.kinds if code in kinds]
        return Information(
            personal=_truth(self.personal.says),
            restricted=any_known(each.holds_restricted for each in self.stores),
            owned_or_licensed=any_known(_truth(each.owned.says) for each in self.stores),
            restricted_unreadable=all_known(each.store.unreadable for each in with_restricted),
            publicly_available=None if not known else all(rule is Rule.PUBLIC for rule in known),
        )


def any_known(values: Iterable[bool | None]) -> bool | None:
    """True if one is true; false only if every one is false; otherwise unknown, also where there is none."""
    found = list(values)
    if True in found:
        return True
    return False if found and None not in found else None


def all_known(values: Iterable[bool | None]) -> bool | None:
    """False if one is false; true only if every one is true; otherwise unknown, also where there is none."""
    found = list(values)
    if False in found:
        return False
    return True if found and None not in found else None


def classify_information(stores: Sequence[Store]) -> InformationReading:
    """How the act's definitions read each store and all of them together."""
    kinds = load_information_kinds()
    readings = tuple(classify_store(store) for store in stores)
    nothing_said = Reading(Says.UNCERTAIN, "Nobody has said yet where information about people is kept.", "")
    return InformationReading(
        stores=readings,
        personal=_together([each.personal for each in readings], "personal", kinds.personal_citation) or nothing_said,
        restricted=_together([each.restricted for each in readings], "restricted", kinds.restricted_citation)
        or nothing_said,
    )


def classify_store(store: Store) -> StoreReading:
    """How the act's definitions read one store."""
    table = load_information_kinds()
    held = [table.by_id[code] for code in store.kinds if code in table.by_id]
    rules = {kind.rule for kind in held}
    personal = _personal(held, rules, table)
    holds = _holds_restricted(held, rules, personal)
    return StoreReading(
        store=store,
        personal=personal,
        restricted=_restricted(held, store, holds, table),
        owned=_owned(store, table),
        holds_restricted=holds,
    )


def _personal(held: Sequence[InformationKind], rules: set[Rule], table: InformationKinds) -> Reading:
    citation = table.personal_citation
    alone = [kind for kind in held if kind.rule is Rule.PERSONAL_ALONE]
    beside = [kind for kind in held if kind.rule is Rule.PERSONAL_WITH_NAME]
    coded = [kind for kind in held if kind.rule is Rule.PERSONAL_WITH_CODE]
    if alone:
        return Reading(
            Says.YES, f"It holds {_list(alone)}, which the list names even without a person's name.", citation
        )
    if beside and Rule.NAME in rules:
        return Reading(
            Says.YES, f"It holds {_list(beside)} beside a person's name. Encryption does not change that.", citation
        )
    if beside:
        reason = (
            f"It holds {_list(beside)}, which the list names beside a person's name. You ticked no names. "
            "If names can be put beside them, they count."
        )
        return Reading(Says.UNCERTAIN, reason, citation)
    if coded:
        reason = (
            "The list names an account number with the code or password that opens the account. "
            "You ticked account numbers alone."
        )
        return Reading(Says.UNCERTAIN, reason, citation)
    if Rule.UNSURE in rules or not held:
        return Reading(Says.UNCERTAIN, "Nobody has said what is in it.", citation)
    if rules <= {Rule.PUBLIC}:
        return Reading(Says.NO, "Only what is lawfully public is in it.", table.public_citation)
    return Reading(Says.NO, "Nothing that you ticked is on the act's list.", citation)


def _holds_restricted(held: Sequence[InformationKind], rules: set[Rule], personal: Reading) -> bool | None:
    """Whether kinds of restricted information are in a store, before it is asked whether they can be read."""
    if Rule.RESTRICTED in rules:
        return True
    if not held or rules & {Rule.RESTRICTED_DEPENDS, Rule.UNSURE}:
        return None
    # What is on the list, but stands there without a name, traces a person all the same.
    return None if rules & _LISTED and personal.says is Says.UNCERTAIN else False


def _restricted(held: Sequence[InformationKind], store: Store, holds: bool | None, table: InformationKinds) -> Reading:
    citation = table.restricted_citation
    if holds is False:
        return Reading(Says.NO, "Nothing that you ticked is other information about a person.", citation)
    if store.unreadable and held and all(kind.rule is not Rule.UNSURE for kind in held):
        reason = (
            "It cannot be read by whoever takes it, and what is unreadable is outside of this definition. "
            "Keep what shows that."
        )
        return Reading(Says.NO, reason, citation)
    kinds = [kind for kind in held if kind.rule in _RESTRICTED] or [kind for kind in held if kind.rule in _LISTED]
    if holds is None and not kinds:
        return Reading(Says.UNCERTAIN, "Nobody has said what is in it.", citation)
    if holds is None:
        reason = (
            f"It holds {_list(kinds)}. Whether losing that is likely to lead to identity theft or fraud is a question "
            "of judgment."
        )
        return Reading(Says.UNCERTAIN, reason, citation)
    if store.unreadable is None:
        reason = f"It holds {_list(kinds)}. Nobody has said whether that can be read by whoever takes it."
        return Reading(Says.UNCERTAIN, reason, citation)
    return Reading(Says.YES, f"It holds {_list(kinds)} about people, which can be read and misused.", citation)


def _owned(store: Store, table: InformationKinds) -> Reading:
    citation = table.owned_citation
    match store.owned:
        case "own" | "both":
            return Reading(Says.YES, "You say that it is yours, at least in part.", citation)
        case "others":
            reason = "You keep it for others. The act speaks of what you own or hold a license to; ask counsel."
            return Reading(Says.NO, reason, citation)
        case None:
            return Reading(Says.UNCERTAIN, "Nobody has said whose it is.", citation)


def _together(readings: Sequence[Reading], word: str, citation: str) -> Reading | None:
    """What several stores come to; nothing where there is none."""
    if not readings:
        return None
    yes = sum(each.says is Says.YES for each in readings)
    open_ = sum(each.says is Says.UNCERTAIN for each in readings)
    count = f"{len(readings)} place" if len(readings) == 1 else f"{len(readings)} places"
    if yes:
        verb = "holds" if yes == 1 else "hold"
        return Reading(Says.YES, f"{yes} of {count} {verb} {word} information.", citation)
    if open_:
        return Reading(Says.UNCERTAIN, f"{open_} of {count} may hold {word} information.", citation)
    return Reading(Says.NO, f"None of {count} holds {word} information, as far as you ticked.", citation)


def _truth(says: Says) -> bool | None:
    return {Says.YES: True, Says.NO: False, Says.UNCERTAIN: None}[says]


def _list(kinds: Sequence[InformationKind]) -> str:
    nouns = [kind.noun for kind in kinds]
    return nouns[0] if len(nouns) == 1 else f"{', '.join(nouns[:-1])} and {nouns[-1]}"
