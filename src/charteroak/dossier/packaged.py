"""The two files that are the same in every dossier of a release."""

from importlib import resources


def packaged_verifier() -> bytes:
    """``verify.sh``. It never varies within a release, so that its digest can be published once."""
    return resources.files("charteroak.dossier").joinpath("verify.sh").read_bytes()


def packaged_guide() -> bytes:
    """``VERIFY.md``, the steps by hand."""
    return resources.files("charteroak.dossier").joinpath("VERIFY.md").read_bytes()
