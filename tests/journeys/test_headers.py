"""What every answer carries, whatever was asked and whoever asked it."""

from __future__ import annotations

from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import APIResponse, Page

from tests.journeys.hands import sign_in

POLICY = {
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}
COMPANIONS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
}
FILES = ["/static/css/epcs.css", "/static/js/portal.js", "/static/img/favicon.svg"]
ANYBODYS = ["/", "/sign-in/", "/support/", "/healthz", "/session/", "/nowhere/", "/epcs/"]
SIGNED_IN = ["/", "/settings/", "/settings/epcs/", "/epcs/", "/epcs/devices/", "/epcs/verify/"]
SIGNED_IN += ["/epcs/token/add/", "/epcs/token/instructions/", "/demo/devices/", "/nowhere/"]
SIGNED_IN += ["/session/", "/sign-out/"]


def lacking(answer: APIResponse) -> list[str]:
    """Return what the answer should carry and does not."""
    headers = answer.headers
    policy = set(headers.get("content-security-policy", "").split("; "))
    wrong = [f"policy: {policy ^ POLICY}"] if policy != POLICY else []
    wrong += [name for name, value in COMPANIONS.items() if headers.get(name) != value]
    return [f"{answer.status} {answer.url}: {each}" for each in wrong]


def get(page: Page, path: str) -> APIResponse:
    return page.request.get(path, max_redirects=0)


def test_every_answer_to_a_stranger_carries_the_policy_and_is_not_kept(page):
    answers = [get(page, path) for path in ANYBODYS]
    for path in ("/sign-in/", "/epcs/token/add/", "/session/"):
        answers.append(page.request.post(path, form={"username": "mreyes"}, max_redirects=0))
    answers.append(page.request.delete("/support/", max_redirects=0))

    assert [each for answer in answers for each in lacking(answer)] == []
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}


def test_every_answer_to_a_person_carries_the_policy_and_is_not_kept(page):
    sign_in(page, "snguyen")

    answers = [get(page, path) for path in SIGNED_IN]

    assert [each for answer in answers for each in lacking(answer)] == []
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}


def test_a_request_for_another_host_is_refused_with_the_same_headers(portal):
    connection = HTTPConnection("127.0.0.1", urlsplit(portal.address).port or 80, timeout=5)
    connection.request("GET", "/sign-in/", headers={"Host": "portal.example"})
    answer = connection.getresponse()
    answer.read()
    connection.close()

    assert answer.status == 400
    assert set((answer.getheader("Content-Security-Policy") or "").split("; ")) == POLICY
    assert {name: answer.getheader(name) for name in COMPANIONS} == COMPANIONS


@pytest.mark.parametrize("path", FILES)
def test_files_carry_the_policy_and_may_be_kept(page, path):
    answer = get(page, path)

    assert answer.status == 200
    assert lacking(answer) == []
    assert "no-store" not in answer.headers["cache-control"]


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(page):
    sign_in(page, "mreyes")

    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}

    assert {cookie["sameSite"] for cookie in cookies.values()} == {"Lax"}
    # The stay-signed-in button sends this one back in a header.
    assert [name for name, cookie in cookies.items() if not cookie["httpOnly"]] == ["csrftoken"]


def test_signing_out_clears_what_the_browser_kept(page):
    sign_in(page, "mreyes")
    value = page.locator("header input[name=csrfmiddlewaretoken]").input_value()

    answer = page.request.post("/sign-out/", form={"csrfmiddlewaretoken": value}, max_redirects=0)

    assert answer.status == 302
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
