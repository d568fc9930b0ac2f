"""``charteroak frameworks``: which catalogs are carried, what stands in them, and how publishers relate them."""

from typing import Any

import click

from charteroak.cli.files import print_json
from charteroak.cli.frameworks_documents import resolve, validate
from charteroak.cli.frameworks_import import import_, imported
from charteroak.frameworks.catalog import Catalog, Control, carried_editions, load_catalog, parse_edition_name
from charteroak.frameworks.crosswalk import Crosswalk, carried_crosswalks, load_crosswalk

_NO_SET_RELATION = "A concept row states no set relation: it never shows that one element is met because another is."


@click.group()
def frameworks() -> None:
    """Catalogs of security frameworks, by edition."""


frameworks.add_command(validate)
frameworks.add_command(resolve)
frameworks.add_command(import_)
frameworks.add_command(imported)


@frameworks.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_(*, as_json: bool) -> None:
    """List the editions and the published crosswalks that are carried."""
    catalogs = [load_catalog(*name) for name in carried_editions()]
    if as_json:
        print_json(
            {
                "frameworks": [_head(catalog) for catalog in catalogs],
                "crosswalks": [{"source": str(a), "target": str(b)} for a, b in carried_crosswalks()],
            }
        )
        return
    for catalog in catalogs:
        click.echo(f"{catalog.name!s:<19} {catalog.published}  {_spoken_counts(catalog.counts()):<44} {catalog.title}")
    for source, target in carried_crosswalks():
        click.echo(f"crosswalk {source} to {target}")


@frameworks.command()
@click.argument("framework", metavar="F[@EDITION]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def show(framework: str, *, as_json: bool) -> None:
    """Show the outline of a framework; without an edition, the newest that is carried."""
    catalog = load_catalog(*parse_edition_name(framework))
    if as_json:
        print_json(_head(catalog) | {"controls": [_control(control) for control in catalog.controls]})
        return
    click.echo(f"{catalog.title} ({catalog.name}), published {catalog.published}")
    if catalog.is_without_wording:
        click.echo("Its wording is licensed by its publisher; carried are identifiers and what else is free.", err=True)
    for control in catalog.controls:
        indent = "  " * _depth(catalog, control)
        click.echo(f"{indent}{control.id}  {_spoken_title(control)}".rstrip())


@frameworks.command()
@click.argument("source", metavar="A")
@click.argument("target", metavar="B")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def crosswalk(source: str, target: str, *, as_json: bool) -> None:
    """Show what the publisher says about how edition A relates to edition B (both as F[@EDITION])."""
    loaded = load_crosswalk(parse_edition_name(source), parse_edition_name(target))
    if as_json:
        print_json(_crosswalk(loaded))
        return
    for row in loaded.rows:
        click.echo(f"{row.source:<14} {row.relation.value:<18} {row.target:<10} {row.authority}")
    click.echo(_NO_SET_RELATION, err=True)


@frameworks.command()
@click.argument("framework", metavar="[F[@EDITION]]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def coverage(ctx: click.Context, framework: str | None, *, as_json: bool) -> None:
    """Show what each requirement reaches among the practices and framework-only questions.

    Of every carried edition the counts; of one edition each requirement. Exit status 1 if one of them reaches nothing
    that could show anything about it.
    """
    from charteroak.cli.framework_coverage import report  # noqa: PLC0415 - the other commands need no program

    ctx.exit(0 if report(framework, as_json=as_json) else 1)


def _head(catalog: Catalog) -> dict[str, Any]:
    return {
        "framework": catalog.name.framework,
        "edition": catalog.name.edition,
        "title": catalog.title,
        "publisher": catalog.publisher,
        "published": catalog.published.isoformat(),
        "counts": catalog.counts(),
        "withdrawn": catalog.withdrawn_counts(),
        "source": catalog.provenance["source"],
        "retrieved": catalog.provenance["retrieved"],
        "licence": catalog.provenance["licence"],
        "holds": catalog.provenance["holds"],
    }


def _control(control: Control) -> dict[str, Any]:
    return {
        "id": control.id,
        "title": control.title,
        "kind": control.kind,
        "parent": control.parent,
        "withdrawn": control.withdrawn,
        "successors": list(control.successors),
        "labels": list(control.labels),
    }


def _crosswalk(loaded: Crosswalk) -> dict[str, Any]:
    return {
        "source": {"framework": loaded.source.framework, "edition": loaded.source.edition},
        "target": {"framework": loaded.target.framework, "edition": loaded.target.edition},
        "rows": [
            {
                "source": row.source,
                "target": row.target,
                "relation": row.relation.value,
                "setRelation": row.relation.set_relation,
                "authority": row.authority,
            }
            for row in loaded.rows
        ],
        "note": _NO_SET_RELATION,
    }


_PLURALS = {
    "annex": "annex",
    "appendix": "appendices",
    "category": "categories",
    "clause": "clauses",
    "control": "controls",
    "element": "elements",
    "enhancement": "enhancements",
    "family": "families",
    "function": "functions",
    "goal": "goals",
    "objective": "objectives",
    "principal-requirement": "principal requirements",
    "requirement": "requirements",
    "safeguard": "safeguards",
    "section": "sections",
    "specification": "specifications",
    "standard": "standards",
    "subcategory": "subcategories",
    "theme": "themes",
}


def _spoken_counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {_PLURALS[kind]}" for kind, number in counts.items())


def _spoken_title(control: Control) -> str:
    if not control.withdrawn:
        return control.title
    went_to = f", see {', '.join(control.successors)}" if control.successors else ""
    return f"{control.title + ' ' if control.title else ''}(withdrawn{went_to})"


def _depth(catalog: Catalog, control: Control) -> int:
    return 0 if control.parent is None else 1 + _depth(catalog, catalog.control(control.parent))
