from __future__ import annotations

from django.urls import path, register_converter

from prescriptions.references import REFERENCE
from prescriptions.views import compose, queue, signing


class ReferenceConverter:
    """A prescription's reference, as it stands in an address."""

    regex = REFERENCE.pattern

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(ReferenceConverter, "reference")

urlpatterns = [
    path("queue/", queue.queue, name="queue"),
    path("rx/compose/", compose.compose, name="rx_compose"),
    path("rx/sign/", signing.sign, name="rx_sign"),
    path("rx/<reference:reference>/", signing.detail, name="rx_detail"),
    path("rx/<reference:reference>/discard/", compose.discard, name="rx_discard"),
]
