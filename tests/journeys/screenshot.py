"""`python -m tests.journeys.screenshot`: take the picture in the README anew."""

from __future__ import annotations

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.journeys.conftest import launch
from tests.journeys.hands import heading, sign_in
from tests.journeys.portal import running_portal
from tests.parts import ROOT

PICTURE = ROOT / "docs" / "images" / "my-settings.png"
LARGEST = 200_000  # bytes; it is kept in the repository


def main() -> None:
    with running_portal() as portal, sync_playwright() as playwright:
        chromium = launch(playwright)
        page = chromium.new_page(
            base_url=portal.address, viewport={"width": 1280, "height": 800}, color_scheme="light"
        )
        sign_in(page, "mreyes")
        heading(page, "My Settings")
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURE, full_page=True)
        chromium.close()
    with Image.open(PICTURE) as picture:
        picture.convert("RGB").quantize(256).save(PICTURE, optimize=True)
    size = PICTURE.stat().st_size
    print(f"{PICTURE.relative_to(ROOT)}: {size} bytes")
    assert size <= LARGEST


if __name__ == "__main__":
    main()
