"""What `collectstatic` makes of the scripts of Mobile ID, which import one another."""

from __future__ import annotations

import re

from django.core.management import call_command

from tests.parts import ROOT

SCRIPTS = ROOT / "static" / "mobile-id"
HASHED = re.compile(r"\.[0-9a-f]{12}\.js$")


def test_each_script_imports_the_hashed_names_of_the_others(settings, tmp_path):
    backend = {"BACKEND": "epcs_portal.static_files.StaticFiles"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": backend}
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", "--noinput", "--verbosity=0")

    made = [path for path in (tmp_path / "mobile-id").glob("*.js") if HASHED.search(path.name)]
    imports = [
        name for path in made for name in re.findall(r'from\s*"\./([^"]+)"', path.read_text())
    ]

    assert len(made) == len(list(SCRIPTS.glob("*.js")))
    assert len(imports) > 15
    assert all(HASHED.search(name) for name in imports), imports
    assert all((tmp_path / "mobile-id" / name).exists() for name in imports)
