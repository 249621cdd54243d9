"""What templates need where no context processor has run."""

from __future__ import annotations

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def support_phone() -> str:
    """Return the number to call, for the pages that answer when nothing else works."""
    return str(settings.SUPPORT_PHONE)
