"""``charteroak ledger export``: a log as C2SP tiles, in a folder that a web server can serve or in one zip file."""

import shutil
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from charteroak.cli.files import FileInputError, new_file, print_json
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.printable import printable
from charteroak.errors import SourceLocation

_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16


@click.command()
@click.option("--org", required=True, metavar="SLUG", help="The organization.")
@click.option("-o", "output", required=True, type=click.Path(path_type=Path), metavar="DIR|F.zip")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def export(*, org: str, output: Path, as_json: bool, data_directory: Path) -> None:
    """Write the log as static files: checkpoint, hash tiles and entry bundles (C2SP tlog-tiles).

    Headers only: no body, salt or private part leaves. The same log gives the same files. Nothing that is there already
    is overwritten, and nothing is left behind if an entry does not hold.
    """
    open_installation(data_directory)
    from charteroak.services import ledger as ledgers  # noqa: PLC0415 - needs Django set up
    from charteroak.services.log_export import export_log  # noqa: PLC0415 - needs Django set up

    log = export_log(ledgers.organisation_with_ledger(org))
    count, size = (_write_zip if output.suffix.lower() == ".zip" else _write_folder)(output, log.files)
    if as_json:
        print_json(
            {
                "path": str(output),
                "organisation": log.organisation,
                "origin": log.origin,
                "treeSize": log.size,
                "rootHash": log.root_hash.hex(),
                "verifierKeys": list(log.verifier_keys),
                "files": count,
                "bytes": size,
            }
        )
        return
    click.echo(printable(f"{output}: {count} files, {size} bytes, over {log.size} ledger entries."))
    for vkey in log.verifier_keys:
        click.echo(f"The log's key  {vkey}")
    click.echo("Hand the keys over by another way than the files themselves.")


def _write_zip(path: Path, files: Iterable[tuple[str, bytes]]) -> tuple[int, int]:
    count = size = 0
    with new_file(path) as file, zipfile.ZipFile(file, "w") as archive:
        for name, data in files:
            info = zipfile.ZipInfo(name, _LONG_AGO)
            info.create_system, info.external_attr = 3, _MODE
            archive.writestr(info, data)
            count, size = count + 1, size + len(data)
    return count, size


def _write_folder(path: Path, files: Iterable[tuple[str, bytes]]) -> tuple[int, int]:
    count = size = 0
    with _new_folder(path) as folder:
        for name, data in files:
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
            count, size = count + 1, size + len(data)
    return count, size


@contextmanager
def _new_folder(path: Path) -> Iterator[Path]:
    """A folder that is not there yet; it is gone again if what fills it fails."""
    place = SourceLocation(path=str(path))
    try:
        path.mkdir()
    except FileExistsError as error:
        raise FileInputError("This is there already.", remedy="Name a new folder.", location=place) from error
    except (OSError, ValueError) as error:
        raise FileInputError(
            f"Cannot be made: {getattr(error, 'strerror', None) or 'this is no path'}.",
            remedy="Name a place that you may write to.",
            location=place,
        ) from error
    try:
        yield path
    except OSError as error:
        shutil.rmtree(path, ignore_errors=True)
        raise FileInputError(
            f"Cannot be written: {error.strerror}.", remedy="Look at the space on its disk.", location=place
        ) from error
    except BaseException:
        shutil.rmtree(path, ignore_errors=True)
        raise
