"""The portal for a WSGI server. Settings must be named: a server never falls back to the demo."""

from __future__ import annotations

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
