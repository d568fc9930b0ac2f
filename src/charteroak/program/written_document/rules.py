"""The policies of a program: our clauses with what the organisation filled in, its own words, and where they stand."""

from collections.abc import Iterator
from dataclasses import dataclass

from charteroak.documents.blocks import AnyBlock, Heading, Items, Paragraph, Strong, Text, paragraph
from charteroak.program.written_document.draft import PolicyChoice, paragraphs
from charteroak.program.written_document.policies import Policy, load_policies
from charteroak.program.written_document.safeguards import titles
from charteroak.program.written_document.source import Chapter, OpenPoint, ProgramSource


def policies_chapter(source: ProgramSource, number: int) -> Chapter:
    """Every policy that is part of the program, in reading order; those left out are named with the reason."""
    kept = [policy for policy in load_policies().values() if not source.draft.policy(policy.id).left_out]
    out = [policy for policy in load_policies().values() if source.draft.policy(policy.id).left_out]
    blocks: list[AnyBlock] = [
        paragraph(
            "These are our rules. A rule says what must or may be done. It is no statement that it is done: what is "
            "on record stands below each policy and with the safeguards."
        )
    ]
    points: list[OpenPoint] = []
    if out:
        blocks.append(
            Items(
                tuple(
                    (Strong(f"Left out: {policy.title}. "), source.draft.policy(policy.id).why_left_out)
                    for policy in out
                )
            )
        )
    for place, policy in enumerate(kept, 1):
        made = policy_paper(policy, source.draft.policy(policy.id))
        blocks.append(Heading(f"{number}.{place} {policy.title}", 2))
        blocks += made.blocks
        blocks.append(Paragraph(tuple(_on_record(source, policy)), numbered=False))
        if made.missing:
            points.append(
                OpenPoint(
                    f"Policy {policy.title} is not filled in: {'; '.join(made.missing)}.",
                    f"policy:{policy.id}",
                    ("E9",),
                )
            )
    points += [
        OpenPoint(f"No reason is written why this policy was left out: {policy.title}.", f"policy:{policy.id}", ("E9",))
        for policy in out
        if not source.draft.policy(policy.id).why_left_out
    ]
    return Chapter("policies", "Policies", tuple(blocks), tuple(points), {"policies": bool(kept)})


@dataclass(frozen=True, slots=True)
class PolicyPaper:
    """A policy as it is printed, and what is not filled in."""

    blocks: tuple[AnyBlock, ...]
    missing: tuple[str, ...]


def policy_paper(policy: Policy, choice: PolicyChoice) -> PolicyPaper:
    """A policy with the organisation's values and words."""
    values = {name: value for name, value in choice.values.items() if value.strip()}
    used: set[str] = set()
    blocks: list[AnyBlock] = [Paragraph((policy.aim,), numbered=False)]
    for clause in policy.clauses:
        own = choice.own_words.get(clause.id)
        if own is None:
            used |= {name for name in policy.labels if f"{{{name}}}" in clause.text}
            blocks.append(paragraph(*clause.texts(values, policy.labels)))
        else:
            blocks += [paragraph(text) for text in paragraphs(own)]
    blocks += [paragraph(text) for text in paragraphs(choice.added)]
    missing = tuple(
        label[:1].lower() + label[1:] for name, label in policy.labels.items() if name in used - values.keys()
    )
    return PolicyPaper(tuple(blocks), missing)


def _on_record(source: ProgramSource, policy: Policy) -> Iterator[Text]:
    """What the record says of the practices that carry out a policy and are part of this program."""
    mine = [one for one in source.promised if one.practice.id in policy.practices]
    yield Strong("On record. ")
    if not mine:
        yield "None of the practices that carry out this policy is part of this version."
        return
    for words, answer in (("Done", "yes"), ("Done in part", "partly"), ("Not done", "no"), ("No answer", "unknown")):
        listed = [one for one in mine if one.answer == answer]
        if listed:
            yield f"{words}: {titles(listed)}. "
