"""Every form field is rendered by templates/forms/field.html: ``{{ form.otp.as_field_group }}``."""

from __future__ import annotations

from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting


class DescribedBoundField(BoundField):
    """Adds a field's ``described_by`` (the id of a list of rules, say) to its help and error ids.

    A widget that sets ``aria-describedby`` itself would lose those.
    """

    @property
    def aria_describedby(self) -> str | None:
        ids = [super().aria_describedby, getattr(self.field, "described_by", "")]
        return " ".join(filter(None, ids))


class FormRenderer(TemplatesSetting):
    field_template_name = "forms/field.html"
    bound_field_class = DescribedBoundField
