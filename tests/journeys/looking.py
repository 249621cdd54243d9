"""Looking at a page as tools and different people do: axe-core, a phone, a keyboard."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parents[1] / "browser" / "node_modules" / "axe-core" / "axe.min.js"
RULES = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
# In the dark a page differs in its colors alone: what axe-core asks of those, level AAA apart.
COLORS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
NARROW = [390, 360, 320]  # CSS pixels; WCAG 2.2, 1.4.10 asks for 320

RUN_AXE = """async (rules) => {
  const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
  return found.violations.map((each) => [each.id, each.nodes.map((node) => node.html)]);
}"""
WIDTHS = "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"

# What a keyboard should reach, in the order of the page.
STOPS = """() => {
  const wanted = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  window.stops = [...document.querySelectorAll(wanted)].filter((each) =>
    each.checkVisibility({checkVisibilityCSS: true}) && !each.disabled
    && !each.closest("dialog:not([open])")
    // Of a group of radio buttons the chosen one is reached; arrow keys do the rest.
    && !(each.type === "radio" && !each.checked
      && document.querySelector(`[type=radio][name="${each.name}"]:checked`)));
  return window.stops.map((each) => each.outerHTML.slice(0, 120));
}"""
FOCUS = """() => {
  const here = document.activeElement, style = getComputedStyle(here);
  const box = here.getBoundingClientRect();
  const seen = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return {
    stop: window.stops.indexOf(here),
    ring: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
    uncovered: here.contains(seen) || seen?.contains(here) || false,
    size: Math.min(box.width, box.height),
    html: here.outerHTML.slice(0, 120),
  };
}"""


@cache
def _axe() -> str:
    return Path(os.environ.get("EPCS_AXE_JS", AXE)).read_text()


def _bring_axe(page: Page) -> None:
    """Evaluate it as the debugger does: the page's policy, which refuses a script, is not asked.

    Chromium remembers what it compiled of a script of the debugger; of what Playwright's own
    ``evaluate`` is given it compiles the half megabyte anew on every page.
    """
    debugger = page.context.new_cdp_session(page)
    debugger.send("Runtime.evaluate", {"expression": _axe()})
    debugger.detach()


def violations(page: Page) -> list[str]:
    """Return what axe-core finds in light and dark, wide and on a phone, switched in place."""
    _bring_axe(page)
    found = []
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)
        for scheme, rules in (("light", RULES), ("dark", COLORS)):
            page.emulate_media(color_scheme=scheme)
            for rule, nodes in page.evaluate(RUN_AXE, rules):
                found.append(f"{rule} ({scheme}, {size['width']}): {nodes[:3]}")
    page.emulate_media(color_scheme=None)
    page.set_viewport_size(WIDE)
    return found


def overflows(page: Page) -> list[str]:
    """Return the narrow widths at which the page has to be scrolled sideways."""
    found = []
    for width in NARROW:
        page.set_viewport_size({"width": width, "height": 800})
        content, window = page.evaluate(WIDTHS)
        if content > window:
            found.append(f"{content} pixels wide on {width}")
    page.set_viewport_size(WIDE)
    return found


def unreached(page: Page) -> list[str]:
    """Tab through the page; return what is not reached, has no ring, is covered or too small."""
    stops = page.evaluate(STOPS)
    met: list[dict[str, Any]] = []
    page.evaluate("() => document.activeElement.blur()")
    for _stop in range(len(stops) + 1):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus["stop"] >= 0:
            met.append(focus)
    order = [focus["stop"] for focus in met]
    problems = [f"not reached: {stops[n]}" for n in range(len(stops)) if n not in order]
    if order != sorted(order):
        problems.append(f"not in the order of the page: {order}")
    for focus in met:
        if focus["ring"] < 2:
            problems.append(f"no ring: {focus['html']}")
        if not focus["uncovered"]:
            problems.append(f"covered: {focus['html']}")
        if focus["size"] < 13:
            problems.append(f"too small: {focus['html']}")
    return problems
