"""Mobile ID, on a computer and a smartphone: added, used, lost and taken away."""

from __future__ import annotations

import base64
import io
import json
import re

import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import override_settings
from PIL import Image
from playwright.sync_api import Page, expect

from epcs_portal.delivery import web_push_gateway
from tests import markers
from tests.journeys import looking
from tests.journeys.hands import Fob, Phone, follow, heading, open_devices, press, sign_in, told
from tests.journeys.portal import Portal
from tests.journeys.smartphone import NUMBER, PIXEL, Smartphone, number_on
from tests.services import push_service
from tests.services.authenticator import code_of
from tokens.flows.ring_doorbell import PAYLOAD

MARIAS = "GALH12345678"
NOTIFICATIONS = """async () => {
  const registration = await navigator.serviceWorker.ready;
  const shown = await registration.getNotifications();
  return shown.map((each) => [each.title, each.body, each.tag]);
}"""
READ_KEYS = """async () => {
  const { load } = await import("/static/mobile-id/storage.js");
  const kept = await load();
  const phone = kept.current;
  const tries = [["raw", phone.seed], ["jwk", phone.seed], ["pkcs8", phone.key.privateKey]];
  const read = await Promise.all(tries.map(([format, key]) =>
    crypto.subtle.exportKey(format, key).then(() => "read", (error) => error.name)));
  const names = Object.keys(phone).sort();
  return { all: Object.keys(kept), names, text: JSON.stringify(phone), read };
}"""
DENY_STORAGE = "IDBFactory.prototype.open = () => { throw new DOMException('', 'SecurityError'); };"
VERIFY = "/epcs/verify/"
LONG_AGO = """
from tokens.models import ApprovalRequest, SendTally
SendTally.objects.all().delete()
ApprovalRequest.objects.update(asked_at="2026-01-01T00:00:00Z")
"""


@pytest.fixture
def maria(page: Page) -> Page:
    sign_in(page, "mreyes")
    return page


@pytest.fixture
def table(maria: Page) -> Page:
    """The tab with her token, and with what reaches her number."""
    return open_devices(maria)


@pytest.fixture
def smartphone(visits) -> Smartphone:
    return Smartphone(visits.open(**PIXEL))


@pytest.fixture
def smartphone_that_is_rung(visits, whole_browser) -> Smartphone:
    return Smartphone(visits.open(whole_browser, **PIXEL))


def card(page: Page):
    return page.get_by_role("region", name=re.compile("^Mobile ID"))


def verify_by_token(page: Page, table: Page) -> None:
    heading(page, "Verify it's you")
    page.get_by_role("radio", name="Hardware token").check()
    press(page, "Next")
    table.goto("/demo/devices/")
    page.get_by_label("One-time password").fill(Fob(table, MARIAS).press())
    press(page, "Next")


def fill_in(page: Page, table: Page) -> None:
    """Steps 1 to 5 of the article: open the card, authenticate, phone number and email."""
    card(page).get_by_role("link", name="Add").click()
    verify_by_token(page, table)
    send_link(page)


def send_link(page: Page) -> None:
    heading(page, "Add Mobile ID")
    page.get_by_label("Phone number").fill(NUMBER)
    page.get_by_label("Email address").fill("mreyes@lakeside.example")
    press(page, "Next")
    heading(page, "Approve on your phone")


def add(page: Page, table: Page, smartphone: Smartphone) -> None:
    fill_in(page, table)
    smartphone.pair(table)
    smartphone.approve("Add Mobile ID")
    heading(smartphone.screen, "Done")
    smartphone.tap("Done")
    expect(told(page)).to_contain_text("Mobile ID added", timeout=10_000)


def remove(page: Page) -> None:
    card(page).get_by_role("link", name="Remove").click()
    page.get_by_label("Why are you removing it?").select_option("Another reason")
    press(page, "Remove")
    expect(told(page)).to_contain_text("Mobile ID removed")


def rung(screen: Page, portal: Portal) -> list[list[str]]:
    """Send what rings through a push service, give it to the real service worker, and look."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    private_key = push_service.to_base64url(number.to_bytes(32, "big"))
    contact = "mailto:operations@portal.example.org"
    keyed = override_settings(WEB_PUSH_PRIVATE_KEY=private_key, WEB_PUSH_CONTACT=contact)
    with push_service.running() as service, keyed:
        with override_settings(WEB_PUSH_SERVICES=(service.url.removeprefix("http://"),)):
            bell = web_push_gateway.checked(**service.subscribe(web_push_gateway.public_key()))
            web_push_gateway.ring(bell, PAYLOAD, topic="mobile-id", seconds=60)
        [arrived] = service.inbox
    screen.context.grant_permissions(["notifications"], origin=portal.address)
    debugger, found = screen.context.new_cdp_session(screen), []
    debugger.on(
        "ServiceWorker.workerRegistrationUpdated", lambda told: found.extend(told["registrations"])
    )
    debugger.send("ServiceWorker.enable")
    screen.wait_for_timeout(300)
    delivery = {"origin": portal.address, "registrationId": found[0]["registrationId"]}
    debugger.send(
        "ServiceWorker.deliverPushMessage", {**delivery, "data": json.dumps(arrived["payload"])}
    )
    screen.wait_for_timeout(500)
    shown: list[list[str]] = screen.evaluate(NOTIFICATIONS)
    return shown


def check_a_code(page: Page, code: str) -> None:
    page.goto("/settings/epcs/")
    follow(page, "Check a code")
    page.get_by_label("Mobile ID code").fill(code)
    press(page, "Check code")


def review(page: Page) -> None:
    page.goto("/queue/")
    page.get_by_role("link", name=re.compile("^Review and sign.*Jordan Ellis")).first.click()
    heading(page, "Review and sign")
    page.get_by_label("Ready to sign").first.check()


def test_enroll_by_push_then_sign_by_push_and_by_code(maria, table, smartphone):
    fill_in(maria, table)
    smartphone.pair(table)
    assert "#" not in smartphone.screen.url
    smartphone.open_request("Add Mobile ID")
    expect(smartphone.screen.locator("main")).to_contain_text(
        f"Check that your computer shows request {number_on(maria)}"
    )
    smartphone.tap("Approve")
    heading(smartphone.screen, "Done")
    expect(told(maria)).to_contain_text("You can sign with it now", timeout=10_000)
    expect(card(maria)).to_contain_text("Active")
    expect(card(maria)).to_contain_text("(•••) •••-0142")
    smartphone.tap("Done")

    review(maria)
    press(maria, "Approve on my phone instead")
    smartphone.open_request("Sign 1 prescription")
    expect(smartphone.screen.locator("main")).to_contain_text("For J. E., RX-")
    expect(smartphone.screen.locator("main")).not_to_contain_text("Ellis")
    smartphone.tap("Approve")
    expect(smartphone.screen.get_by_text("Enter the two digits that your")).to_be_visible()
    smartphone.screen.get_by_label("Two digits").fill(number_on(maria))
    smartphone.tap("Approve")
    heading(smartphone.screen, "Done")
    approved = maria.get_by_text(re.compile("^Approved on your phone")).first
    expect(approved).to_be_visible(timeout=10_000)
    maria.get_by_label("EPCS PIN", exact=True).fill("4827")
    press(maria, "Sign and send 1 prescription")
    expect(maria.locator("main")).to_contain_text("approved on the phone")

    smartphone.tap("Done")
    review(maria)
    maria.get_by_role("radio", name="Mobile ID (Authy)").check()
    maria.get_by_label("EPCS PIN", exact=True).fill("4827")
    maria.get_by_label("One-Time Password", exact=True).fill(smartphone.code())
    press(maria, "Sign and send 1 prescription")
    expect(maria.locator("main")).to_contain_text("Mobile ID (•••) •••-0142")

    kept = smartphone.screen.evaluate(READ_KEYS)
    assert kept["all"] == ["current"]
    names = ["account", "device", "digits", "key", "period", "rings", "seed", "state"]
    assert kept["names"] == names
    assert set(kept["read"]) == {"InvalidAccessError"}
    assert '"seed":{}' in kept["text"]


def test_after_a_time_out_a_code_finishes_it(maria, table, smartphone, visits):
    visits.watch.expect_status(409)
    fill_in(maria, table)
    smartphone.pair(table)
    smartphone.open_request("Add Mobile ID")
    Phone(table).let("Let the push request time out")
    timed_out = maria.get_by_role("alert").get_by_text("The request timed out")
    expect(timed_out).to_be_visible(timeout=10_000)
    smartphone.tap("Approve")
    expect(smartphone.screen.locator("main")).to_contain_text("not answered within 5 minutes")
    smartphone.tap("Done")
    expect(smartphone.screen.locator("main")).to_contain_text("Not registered yet")

    maria.get_by_role("link", name="Verify with Mobile ID code").first.click()
    heading(maria, "Verify with Mobile ID code")
    maria.get_by_label("Mobile ID code").fill(smartphone.code())
    press(maria, "Next")

    expect(told(maria)).to_contain_text("Mobile ID added")
    expect(smartphone.screen.get_by_text("Not registered yet")).to_be_hidden(timeout=10_000)


def test_any_authenticator_app_takes_the_qr_code(maria, table):
    fill_in(maria, table)
    picture = Image.open(io.BytesIO(maria.locator("svg.qr").screenshot()))
    [read] = zxingcpp.read_barcodes(picture)
    maria.get_by_text("Can't scan? Show the key").click()
    key = maria.locator("[data-key]").inner_text().replace(" ", "")
    markers.note("seeds", base64.b32decode(key).hex())

    assert f"secret={key}" in read.text
    maria.get_by_role("link", name="Verify with Mobile ID code").first.click()
    code = code_of(key)
    markers.note("codes", code)
    maria.get_by_label("Mobile ID code").fill(code)
    press(maria, "Next")

    expect(told(maria)).to_contain_text("Mobile ID added")
    check_a_code(maria, code)
    expect(maria.get_by_role("alert")).to_contain_text("That code was already used")


def test_a_wrong_number_a_pin_by_push_and_not_me(maria, table, smartphone, visits, portal):
    visits.watch.expect_status(409)
    add(maria, table, smartphone)
    maria.goto("/epcs/pin/")
    maria.get_by_label("Phone signature option").select_option("Push Notification")
    press(maria, "Select Setup")
    right = number_on(maria)
    smartphone.approve("Validate for PIN reset", number=f"{(int(right) + 1) % 100:02}")
    expect(smartphone.screen.locator("main")).to_contain_text("not the number on your computer")
    smartphone.tap("Done")
    expect(maria.locator("main")).to_contain_text("Another number was entered", timeout=10_000)
    follow(maria, "Use a code instead")
    maria.get_by_label("Phone signature option").select_option("Push Notification")
    press(maria, "Select Setup")
    smartphone.approve("Validate for PIN reset", number=number_on(maria))
    heading(smartphone.screen, "Done")
    heading(maria, "Choose a new EPCS PIN")
    smartphone.tap("Done")

    portal.run(LONG_AGO)
    other = visits.open()
    sign_in(other, "mreyes")
    other.goto(f"{VERIFY}?next=/epcs/devices/")
    other.get_by_role("radio", name="Push notification").check()
    press(other, "Next")
    smartphone.approve("Verify it's you", number=number_on(other))
    heading(smartphone.screen, "Done")
    heading(other, "EPCS Device Management")
    smartphone.tap("Done")
    third = visits.open(**PIXEL)
    sign_in(third, "mreyes")
    third.goto(VERIFY)
    third.get_by_role("radio", name="Push notification").check()
    press(third, "Next")
    smartphone.open_request("Verify it's you")
    smartphone.tap("Deny")
    smartphone.tap("It wasn't me")
    expect(smartphone.screen.locator("main")).to_contain_text("Denied.")
    expect(third.locator("main")).to_contain_text("denied on your phone", timeout=10_000)
    follow(third, "Choose another method")
    expect(third.get_by_text("no more are sent until a code was right")).to_be_visible()
    expect(third.get_by_role("radio", name="Push notification")).to_be_hidden()

    third.goto("/queue/")
    third.get_by_role("link", name=re.compile("^Review and sign")).first.click()
    expect(third.get_by_text("The token must be separate from the device")).to_be_visible()


def test_a_phone_without_network_rung_and_lost(
    maria, table, smartphone_that_is_rung, visits, portal
):
    smartphone = smartphone_that_is_rung
    visits.watch.expect_status(410)
    visits.watch.expect_offline()
    add(maria, table, smartphone)
    screen = smartphone.screen
    screen.wait_for_function("navigator.serviceWorker.controller !== null")
    manifest = screen.request.get(str(screen.locator("link[rel=manifest]").get_attribute("href")))
    screen.context.set_offline(True)
    screen.reload()
    heading(screen, "Mobile ID")
    expect(screen.get_by_text("Codes still work")).to_be_visible()
    code = smartphone.code()
    screen.context.set_offline(False)
    expect(screen.get_by_text("Codes still work")).to_be_hidden(timeout=10_000)
    assert manifest.json()["display"] == "standalone"
    assert {icon["sizes"] for icon in manifest.json()["icons"]} == {"192x192", "512x512"}
    check_a_code(maria, code)
    expect(told(maria)).to_contain_text("That code is right")

    assert rung(screen, portal) == [
        ["EPCS Portal", "A request is waiting. Open Mobile ID to answer it.", "mobile-id"]
    ]

    smartphone.tap("Remove from this phone")
    heading(screen, "Remove Mobile ID from this phone?")
    smartphone.tap("Remove")
    heading(screen, "Mobile ID is not on this phone yet")
    expect(screen.locator("main")).to_contain_text("remove Mobile ID too")
    screen.reload()
    heading(screen, "Mobile ID is not on this phone yet")
    maria.goto("/settings/epcs/")
    expect(card(maria)).to_contain_text("Mobile ID is not on your phone any more")
    remove(maria)

    portal.run(LONG_AGO)
    follow(maria, "Add Mobile ID")
    send_link(maria)
    smartphone.pair(table)
    smartphone.approve("Add Mobile ID")
    heading(screen, "Done")
    expect(told(maria)).to_contain_text("Mobile ID added", timeout=10_000)
    smartphone.tap("Done")
    remove(maria)
    gone = screen.get_by_role("heading", name="Mobile ID is not on this phone yet")
    expect(gone).to_be_visible(timeout=10_000)
    expect(screen.locator("main")).to_contain_text("removed or replaced")


def test_what_works_goes_on_until_the_new_one_is_proven(maria, table, smartphone, visits, portal):
    visits.watch.expect_status(404)
    add(maria, table, smartphone)
    screen = smartphone.screen

    screen.goto(f"/mobile-id/#pair={'x' * 43}")
    smartphone.tap("Pair this phone")
    heading(screen, "This phone was not paired")
    screen.reload()
    smartphone.tap("Keep what is here")
    heading(screen, "Mobile ID")

    portal.run(LONG_AGO)
    maria.goto("/settings/epcs/")
    card(maria).get_by_role("link", name="Move to another phone").click()
    send_link(maria)
    smartphone.pair(table)
    expect(screen.get_by_text("stays on this phone until then")).to_be_visible()
    smartphone.tap("Cancel this pairing")
    smartphone.tap("Cancel the pairing")
    heading(screen, "That pairing ended")
    smartphone.tap("Back to Mobile ID")
    expect(screen.get_by_role("button", name="Remove from this phone")).to_be_visible()
    portal.run(LONG_AGO)
    check_a_code(maria, smartphone.code())
    expect(told(maria)).to_contain_text("That code is right")

    maria.goto("/epcs/mobile-id/add/?replace=1")
    send_link(maria)
    smartphone.pair(table)
    smartphone.approve("Add Mobile ID")
    heading(screen, "Done")
    smartphone.tap("Done")
    expect(screen.get_by_role("button", name="Remove from this phone")).to_be_visible()
    expect(told(maria)).to_contain_text("Mobile ID added", timeout=10_000)
    kept = screen.evaluate(READ_KEYS)
    assert kept["all"] == ["current"]


def test_what_keeps_mobile_id_from_working_is_explained(smartphone, visits):
    visits.watch.expect_status(404)
    smartphone.screen.goto(f"/mobile-id/#pair={'x' * 43}")
    smartphone.tap("Pair this phone")
    heading(smartphone.screen, "This phone was not paired")
    expect(smartphone.screen.locator("main")).to_contain_text("This link was used already")

    private = Smartphone(visits.open(**PIXEL))
    private.screen.add_init_script(DENY_STORAGE)
    private.screen.goto("/mobile-id/")
    heading(private.screen, "This window keeps nothing")
    expect(private.screen.locator("main")).to_contain_text("authenticator app")

    without = visits.open(java_script_enabled=False, **PIXEL)
    without.goto("/mobile-id/")
    heading(without, "Mobile ID")
    assert "it needs JavaScript" in without.content()


def test_every_screen_of_the_phone_is_readable_for_everybody(maria, table, smartphone, visits):
    screen, problems = smartphone.screen, []

    def look() -> None:
        found = [*looking.violations(screen), *looking.overflows(screen)]
        found += looking.unreached(screen)
        # A screen begins at its heading, so a round of the keyboard begins behind it.
        title = screen.get_by_role("heading").first.inner_text()
        problems.extend(f"{title}: {each}" for each in found if "not in the order" not in each)
        screen.set_viewport_size(PIXEL["viewport"])

    screen.goto("/mobile-id/")
    heading(screen, "Mobile ID is not on this phone yet")
    look()
    fill_in(maria, table)
    smartphone.open_link(table)
    look()
    smartphone.tap("Pair this phone")
    expect(smartphone.bell()).to_have_accessible_name("Requests: 1 waiting")
    look()
    smartphone.open_request("Add Mobile ID")
    look()
    smartphone.tap("Deny")
    look()
    smartphone.tap("Back")
    smartphone.tap("Approve")
    heading(screen, "Done")
    look()
    smartphone.tap("Done")
    expect(told(maria)).to_contain_text("Mobile ID added", timeout=10_000)
    review(maria)
    press(maria, "Approve on my phone instead")
    smartphone.open_request("Sign 1 prescription")
    smartphone.tap("Approve")
    look()
    smartphone.tap("Exit")
    smartphone.tap("Remove from this phone")
    look()

    assert problems == []
