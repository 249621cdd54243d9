"""Files that browsers may keep for ever: each name carries the hash of its content."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Scripts that import one another import the hashed names, so a page never mixes versions."""

    support_js_module_import_aggregation = True
