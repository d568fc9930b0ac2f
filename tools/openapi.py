"""Writes the description of the API, ``portal/api/openapi.json``, from the routes and the record.

python tools/openapi.py
"""

import os
import tempfile

import django


def main() -> None:
    """Write the file; ``tests/integration/test_api_description.py`` compares it."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "charteroak.portal.settings"
    with tempfile.TemporaryDirectory() as directory:
        os.environ["CHARTEROAK_DATA"] = directory
        django.setup()
        from charteroak.portal.api.description import FILE, description_bytes  # noqa: PLC0415 - needs the settings

        FILE.write_bytes(description_bytes())


if __name__ == "__main__":
    main()
