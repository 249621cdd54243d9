"""The portal for a WSGI server. Settings must be named: a server never falls back to the demo."""

from __future__ import annotations

from django.core.wsgi import get_wsgi_application

from epcs_portal.charset import only_utf8

application = only_utf8(get_wsgi_application())
