"""The WSGI application of the portal, behind the door for floods of reports."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "charteroak.portal.settings")
_portal = get_wsgi_application()

from charteroak.portal.door import Door  # noqa: E402 - reads settings, which have to be set up first

application = Door(_portal)
