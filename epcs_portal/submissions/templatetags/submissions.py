from __future__ import annotations

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from epcs_portal.submissions import keys

register = template.Library()


@register.simple_tag(takes_context=True)
def form_key(context: Context, page: str = "") -> SafeString:
    """Render the hidden input. ``page`` is where the form is posted, if not to this page."""
    request = context["request"]
    key = keys.mint(request, page or request.path)
    return format_html('<input type="hidden" name="{}" value="{}">', keys.FIELD, key)
