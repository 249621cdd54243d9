"""Tours of the whole site: each leads one person past pages in every state they may meet.

A tour yields the template of every page it stops at. It needs no JavaScript.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pyotp
from playwright.sync_api import Page

from tests import markers
from tests.journeys import rows
from tests.journeys.clocks import HALF_A_MINUTE, let_idle
from tests.journeys.hands import Fob, Phone, card, fill_pair, follow, heading, press, sign_in
from tests.journeys.portal import Portal
from tests.journeys.support import A_SEED_FILE, ROBINS, enter_support_site, offer_seeds

Tour = Callable[[Page, Portal], Iterator[str]]

SETUP = ("/epcs/setup/", "accounts/setup.html")
ACTIVATE = ("/epcs/activate/", "accounts/activate.html")
SIGN_IN = ("/sign-in/", "accounts/sign_in.html")
SETTINGS = ("/settings/epcs/", "accounts/settings_epcs.html")
CONTROLS = ("/epcs/", "accounts/controls.html")
DEVICES = ("/epcs/devices/", "tokens/devices.html")
VERIFY = ("/epcs/verify/", "tokens/verify_method.html")
PIN = ("/epcs/pin/", "accounts/pin.html")
FOBS = ("/demo/devices/", "demo/devices.html")
QUEUE = ("/queue/", "prescriptions/queue.html")
ACTIVITY = ("/settings/activity/", "accounts/activity.html")
REPORT = ("/epcs/report-lost/", "accounts/report_lost.html")
REVOKE = ("/epcs/revoke/", "accounts/revoke.html")
ADMINISTRATION = ("/administration/", "accounts/administration.html")
COMPOSE = ("/rx/compose/", "prescriptions/choose_patient.html")

IMPORT = ("/staff/seeds/import/", "support/seeds.html")
MARIAS = "GALH12345678"
NEW_PIN = "6174"
NEW_PASSWORD = "marker lantern orbit Vr7"
TO_SIGN = re.compile("^Review and sign")
REVOKE_ALL = "Revoke OTP account and all credentials"


def a_stranger(page: Page, portal: Portal) -> Iterator[str]:
    yield from _past(page, SIGN_IN)
    press(page, "Sign in")
    yield "accounts/sign_in.html"
    for _attempt in range(4):
        sign_in(page, "mreyes", password="not-the-password")
    yield "accounts/sign_in.html"
    yield from _past(page, ("/support/", "accounts/support.html"))
    page.goto(f"http://wrong.localhost:{urlsplit(portal.address).port}/")
    yield "400.html"


def an_administrator(page: Page, portal: Portal) -> Iterator[str]:
    sign_in(page, "dwhitfield")
    yield "accounts/administration.html"
    yield from _past(page, ("/queue/", "prescriptions/queue_of_nobody.html"))
    yield from _past(page, ("/settings/", "accounts/profile.html"), ACTIVITY)
    page.goto("/epcs/")
    yield "403.html"
    page.goto("/nowhere/")
    yield "404.html"
    yield from _past(page, FOBS)
    let_idle(portal, seconds=15 * 60)
    page.goto("/settings/")
    yield "accounts/sign_in.html"


def who_is_not_registered(page: Page, portal: Portal) -> Iterator[str]:
    sign_in(page, "ivance")
    yield "accounts/settings_epcs.html"
    yield from _past(page, CONTROLS, SETUP)
    page.goto("/epcs/token/add/")
    yield "tokens/no_authority.html"
    yield from _past(page, ("/epcs/pin/", "accounts/pin_no_token.html"), QUEUE)
    page.goto("/rx/compose/")
    yield "prescriptions/compose_closed.html"
    press(page, "Sign out")
    yield "accounts/sign_in.html"


def who_came_too_late(page: Page, portal: Portal) -> Iterator[str]:
    portal.run(rows.TAKE_GRANTS)
    sign_in(page, "snguyen")
    yield from _past(page, DEVICES, ("/epcs/pin/", "accounts/pin_no_token.html"), CONTROLS)
    page.goto("/epcs/token/add/")
    yield "tokens/no_authority.html"


def who_adds_a_token(page: Page, portal: Portal) -> Iterator[str]:
    sign_in(page, "snguyen")
    yield "accounts/settings_epcs.html"
    yield from _past(page, DEVICES)
    token = _picked_up(page, "GALH87654321")
    token.press()
    yield "demo/devices.html"
    token.let("Skip 30 seconds")
    yield "demo/devices.html"
    page.goto("/epcs/token/add/?door=admin")
    yield "tokens/add.html"
    press(page, "Submit")
    yield "tokens/add.html"
    page.get_by_label("Token Serial Number").fill("GALH1234567")
    fill_pair(page, "12345", "abcdef")
    press(page, "Submit")
    yield "tokens/add.html"
    page.get_by_label("Token Serial Number").fill("GALH00000000")
    fill_pair(page, "123456", "654321")
    press(page, "Submit")
    yield "tokens/add.html"
    pair = _picked_up(page, token.serial).press_twice()
    page.goto("/epcs/token/add/")
    page.get_by_label("Token Serial Number").fill(token.serial)
    fill_pair(page, *pair)
    press(page, "Next")
    yield "accounts/settings_epcs.html"
    page.goto("/epcs/token/add/")
    yield "tokens/already_has_one.html"


def who_has_a_token(page: Page, portal: Portal) -> Iterator[str]:
    sign_in(page, "mreyes")
    yield "accounts/settings_epcs.html"
    yield from _past(page, CONTROLS, DEVICES, VERIFY, FOBS)
    page.goto("/settings/")
    yield "accounts/profile.html"
    page.goto("/epcs/token/instructions/")
    yield "tokens/instructions.html"
    otp = _picked_up(page, "GALH12345678").press()
    page.goto("/epcs/devices/")
    follow(page, "Authenticate")
    press(page, "Next")
    yield "tokens/verify_token.html"
    press(page, "Next")
    yield "tokens/verify_token.html"
    page.get_by_label("One-time password").fill(otp)
    press(page, "Next")
    yield "tokens/devices.html"
    yield from _past(page, ACTIVITY)
    page.get_by_label("From").fill("02/30/2026")
    press(page, "Filter")
    yield "accounts/activity.html"
    page.get_by_label("From").fill("")
    page.get_by_label("Kind").select_option("Holds and reports")
    press(page, "Filter")
    yield "accounts/activity.html"
    portal.run(rows.MUCH_ACTIVITY)
    yield from _past(page, ("/settings/activity/?page=2", "accounts/activity.html"), SETTINGS)
    follow(page, "Test my token")
    page.context.clear_cookies(name="csrftoken")
    press(page, "Test token")
    yield "403_csrf.html"
    portal.run(rows.BREAK)
    page.goto("/settings/epcs/")
    yield "500.html"


def who_is_in_trouble(page: Page, portal: Portal) -> Iterator[str]:
    sign_in(page, "aokafor")
    token = _picked_up(page, "GALH24681357")
    token.let("Knock the token out of sync")
    otp = token.press()
    page.goto("/settings/epcs/")
    follow(page, "Test my token")
    yield "tokens/test.html"
    page.get_by_label("One-time password").fill("000000")
    press(page, "Test token")
    yield "tokens/test.html"
    page.get_by_label("One-time password").fill(otp)
    press(page, "Test token")
    yield "tokens/test.html"
    yield from _past(page, DEVICES, VERIFY, SETTINGS)
    card(page).get_by_role("link", name="Resync your token").click()
    heading(page, "Resync your token")
    yield "tokens/resync.html"
    fill_pair(page, "123456", "654321")
    press(page, "Next")
    yield "tokens/resync.html"
    resync = page.url
    _picked_up(page, token.serial).let("Lock the token")
    page.goto(resync.replace("/resync/", "/test/"))
    yield "tokens/test.html"
    yield from _past(page, SETTINGS, CONTROLS, DEVICES)
    pair = _picked_up(page, token.serial).press_twice()
    page.goto(resync)
    fill_pair(page, *pair)
    press(page, "Next")
    yield "accounts/settings_epcs.html"
    for _lock in range(2):
        pair = _picked_up(page, token.serial).press_twice()
        page.goto(resync)
        fill_pair(page, *pair)
        press(page, "Next")
        _picked_up(page, token.serial).let("Lock the token")
    yield from _past(page, SETTINGS, DEVICES, VERIFY)
    page.goto(resync)
    yield "tokens/resync.html"


def who_resets_a_pin(page: Page, portal: Portal) -> Iterator[str]:
    sign_in(page, "mreyes")
    otp = _picked_up(page, "GALH12345678").press()
    yield from _past(page, PIN)
    press(page, "Validate Passcode")
    yield "accounts/pin.html"
    page.get_by_label("One-time password").fill(otp)
    press(page, "Validate Passcode")
    yield "accounts/pin_new.html"
    for pin, again in [("", ""), ("123", "123"), ("1234", "1234"), (NEW_PIN, "6175")]:
        _choose(page, pin, again)
        yield "accounts/pin_new.html"
    _choose(page, NEW_PIN, NEW_PIN)
    yield "accounts/pin_done.html"
    portal.run(rows.LOCK_SIGNING)
    yield from _past(page, SETTINGS, CONTROLS, ("/epcs/pin/done/", "accounts/pin_done.html"))
    token = _picked_up(page, "GALH12345678")
    token.let("Skip 30 seconds")
    otp = token.press()
    page.goto("/epcs/pin/")
    page.get_by_label("One-time password").fill(otp)
    press(page, "Validate Passcode")
    portal.run(rows.LET_PROOFS_END)
    _choose(page, "5283", "5283")
    yield "accounts/pin_new.html"
    follow(page, "Prove it's you again")
    page.get_by_label("One-time password").fill(otp)
    press(page, "Validate Passcode")
    yield "accounts/pin.html"
    _picked_up(page, "GALH12345678").let("Lock the token")
    yield from _past(page, PIN)


def who_sets_up_a_password(page: Page, portal: Portal) -> Iterator[str]:
    sign_in(page, "mreyes")
    yield from _past(page, ("/epcs/password/", "accounts/password_closed.html"))
    portal.run(rows.RESET_A_PASSWORD)
    yield from _past(page, SETTINGS, CONTROLS)
    token = _picked_up(page, MARIAS)
    otp = token.press()
    page.goto("/settings/epcs/")
    follow(page, "Set up my EPCS password")
    yield "accounts/pin.html"
    page.get_by_label("One-time password").fill(otp)
    press(page, "Validate Passcode")
    yield "accounts/password_new.html"
    for password, again in [("", ""), ("international", "mariareyes"), (NEW_PASSWORD, "another")]:
        _choose_password(page, password, again)
        yield "accounts/password_new.html"
    portal.run(rows.LET_PROOFS_END)
    _choose_password(page, NEW_PASSWORD, NEW_PASSWORD)
    yield "accounts/password_new.html"
    token = _picked_up(page, MARIAS)
    token.let("Skip 30 seconds")
    otp = token.press()
    page.goto("/epcs/password/new/")
    yield "accounts/pin.html"
    page.get_by_label("One-time password").fill(otp)
    press(page, "Validate Passcode")
    _choose_password(page, NEW_PASSWORD, NEW_PASSWORD)
    yield "accounts/settings_epcs.html"
    page.goto("/queue/")
    page.get_by_role("link", name=TO_SIGN).first.click()
    page.get_by_role("link", name="Use my EPCS password instead").click()
    yield "prescriptions/sign.html"
    portal.run(rows.RESET_A_PASSWORD)
    portal.run(rows.NOTHING_KNOWN)
    page.reload()
    yield "prescriptions/sign_closed.html"
    yield from _past(page, SETTINGS)
    portal.run(rows.LET_RESETS_END)
    yield from _past(page, SETTINGS, ("/epcs/password/", "accounts/password_closed.html"))


def who_composes(page: Page, portal: Portal) -> Iterator[str]:
    sign_in(page, "mreyes")
    yield from _past(page, QUEUE, COMPOSE)
    follow(page, "Select Priya Shah, born September 3, 2011")
    yield "prescriptions/compose.html"
    press(page, "Review and sign")
    yield "prescriptions/compose.html"
    page.goto("/queue/")
    page.get_by_role("link", name="Change for Jordan Ellis").first.click()
    yield "prescriptions/compose.html"
    page.get_by_label("Refills").fill("1")
    page.get_by_label("Earliest fill date").fill("tomorrow")
    press(page, "Save to Rx Queue")
    yield "prescriptions/compose.html"
    change = page.url
    page.get_by_label("Refills").fill("0")
    page.get_by_label("Earliest fill date").fill("")
    press(page, "Save to Rx Queue")
    yield "prescriptions/queue.html"
    page.goto(change)
    follow(page, "Discard this prescription")
    yield "prescriptions/discard.html"
    press(page, "Discard this prescription")
    yield "prescriptions/queue.html"
    page.goto(change)
    yield "prescriptions/closed.html"
    portal.run(rows.MORE_PATIENTS)
    yield from _past(page, COMPOSE)
    page.get_by_label("First or last name").fill("Nobody")
    press(page, "Search")
    yield "prescriptions/choose_patient.html"
    portal.run(rows.SECOND_REGISTRATION)
    page.goto("/rx/compose/")
    page.get_by_role("link", name="Select").first.click()
    yield "prescriptions/compose.html"
    portal.run(rows.END_REGISTRATIONS)
    page.reload()
    yield "prescriptions/compose.html"
    _picked_up(page, "GALH12345678").let("Lock the token")
    yield from _past(page, QUEUE)


def who_signs(page: Page, portal: Portal) -> Iterator[str]:
    sign_in(page, "mreyes")
    token = _picked_up(page, "GALH12345678")
    otp = token.press()
    page.goto("/queue/")
    page.get_by_role("link", name=TO_SIGN).first.click()
    yield "prescriptions/sign.html"
    signing = page.url
    _sign(page, "", "")
    yield "prescriptions/sign.html"
    for box in page.get_by_label("Ready to sign").all():
        box.check()
    _sign(page, "5938", otp)
    yield "prescriptions/sign.html"
    token = _picked_up(page, "GALH12345678")
    token.let("Knock the token out of sync")
    otp = token.press()
    page.goto(signing)
    _sign(page, "4827", otp)
    yield "prescriptions/sign.html"
    fill_pair(page, "123456", "654321")
    press(page, "Resync Token")
    yield "prescriptions/sign.html"
    pair = _picked_up(page, token.serial).press_twice()
    page.goto(signing)
    fill_pair(page, *pair)
    press(page, "Resync Token")
    yield "prescriptions/sign.html"
    token = _picked_up(page, token.serial)
    token.let("Skip 30 seconds")
    otp = token.press()
    page.goto(signing)
    _sign(page, "4827", otp)
    yield "prescriptions/signed.html"
    yield from _past(page, QUEUE)
    portal.run(rows.LOCK_SIGNING)
    page.get_by_role("link", name=TO_SIGN).first.click()
    yield "prescriptions/sign_closed.html"
    portal.run(rows.END_REGISTRATIONS)
    portal.run(rows.UNLOCK_SIGNING)
    page.reload()
    yield "prescriptions/sign.html"
    _picked_up(page, token.serial).let("Lock the token")
    page.goto("/queue/")
    page.get_by_role("link", name=TO_SIGN).first.click()
    yield "prescriptions/sign_closed.html"


def who_has_a_phone(page: Page, portal: Portal) -> Iterator[str]:
    sign_in(page, "mreyes")
    page.goto("/epcs/devices/")
    follow(page, "Authenticate")
    page.get_by_role("radio", name="Text message").check()
    press(page, "Next")
    yield "tokens/verify_code.html"
    way = page.url
    press(page, "Submit")
    yield "tokens/verify_code.html"
    first = code = Phone(page).code("(802) 555-0187")
    yield "demo/devices.html"
    portal.run(HALF_A_MINUTE)
    page.goto(way)
    yield "tokens/verify_code.html"
    press(page, "Resend verification code")
    yield "tokens/verify_code.html"
    while code == first:
        code = Phone(page).code("(802) 555-0187")
    page.goto(way)
    page.get_by_label("One-Time Password Code").fill(code)
    press(page, "Submit")
    yield "tokens/devices.html"
    follow(page, "Add Phone")
    yield "tokens/phone_add.html"
    press(page, "Next")
    yield "tokens/phone_add.html"
    page.get_by_label("Phone number").fill("(802) 555-0119")
    page.get_by_role("radio", name="Voice call").check()
    press(page, "Next")
    yield "tokens/phone_confirm.html"
    confirm = page.url
    yield from _past(page, SETTINGS, DEVICES)
    code = Phone(page).answer("(802) 555-0119")
    yield "demo/devices.html"
    page.goto(confirm)
    page.get_by_label("Verification code").fill(code)
    press(page, "Next")
    yield "tokens/devices.html"
    portal.run(rows.THIRD_PHONE)
    yield from _past(page, SETTINGS, ("/epcs/phones/add/", "tokens/phones_full.html"))
    page.goto("/settings/epcs/")
    page.get_by_role("link", name=re.compile("^Remove")).last.click()
    yield "tokens/remove.html"
    press(page, "Remove")
    yield "tokens/remove.html"
    page.get_by_label("Why are you removing it?").select_option("Another reason")
    press(page, "Remove")
    yield "accounts/settings_epcs.html"
    Phone(page).let("Code service down")
    yield "demo/devices.html"
    portal.run(rows.LOCK_CODES)
    yield from _past(page, SETTINGS, DEVICES)
    page.goto(way)
    yield "tokens/codes_locked.html"
    portal.run(rows.HOLD_CODES)
    yield from _past(page, SETTINGS)


def who_has_mobile_id(page: Page, portal: Portal) -> Iterator[str]:
    sign_in(page, "snguyen")
    page.goto("/epcs/mobile-id/add/")
    press(page, "Next")
    yield "tokens/mobile_add.html"
    page.get_by_label("Phone number").fill("(802) 555-0142")
    page.get_by_label("Email address").fill("snguyen@lakeside.example")
    press(page, "Next")
    yield "tokens/mobile_approve.html"
    key = str(page.locator("[data-key]").text_content()).replace(" ", "")
    press(page, "I approved it, check now")
    yield "tokens/mobile_approve.html"
    yield from _past(page, DEVICES)
    page.get_by_role("link", name="Activate Mobile ID").click()
    portal.run(rows.LET_REQUESTS_TIME_OUT)
    page.reload()
    yield "tokens/mobile_approve.html"
    page.get_by_role("link", name="Verify with Mobile ID code").first.click()
    press(page, "Next")
    yield "tokens/mobile_code.html"
    page.get_by_label("Mobile ID code").fill(pyotp.TOTP(key).now())
    press(page, "Next")
    yield "tokens/devices.html"
    yield from _past(page, SETTINGS, ("/epcs/mobile-id/add/", "tokens/has_mobile_id.html"))
    portal.run(rows.PAIR_A_PHONE)
    page.goto("/settings/epcs/")
    page.get_by_role("link", name="Check a code").click()
    press(page, "Check code")
    yield "tokens/mobile_test.html"
    yield from _past(page, VERIFY)
    page.goto("/epcs/verify/mobile/")
    press(page, "Next")
    yield "tokens/verify_mobile.html"
    page.goto("/epcs/verify/")
    page.get_by_role("radio", name="Push notification").check()
    press(page, "Next")
    press(page, "I approved it, check now")
    yield "tokens/verify_push.html"
    yield from _past(page, PIN)
    page.goto("/epcs/verify/mobile/?next=/settings/epcs/")
    portal.run(rows.NO_CODE_WAS_USED)
    page.get_by_label("Mobile ID code").fill(pyotp.TOTP(key).now())
    press(page, "Next")
    yield "accounts/settings_epcs.html"
    page.get_by_role("link", name="Remove Mobile ID").click()
    yield "tokens/remove.html"
    portal.run(rows.LOCK_MOBILE_ID)
    yield from _past(page, SETTINGS)


def who_did_not_do_it(page: Page, portal: Portal) -> Iterator[str]:
    page.goto("/not-me/00000000-0000-0000-0000-000000000000/?k=0")
    yield "accounts/not_me_over.html"
    page.goto(portal.run(rows.TELL_A_LINK).strip())
    yield "accounts/not_me.html"
    press(page, "Stop signing now")
    yield "accounts/not_me.html"
    sign_in(page, "mreyes")
    yield "accounts/settings_epcs.html"
    yield from _past(page, ("/epcs/hold/", "accounts/hold.html"))
    press(page, "Lift the hold")
    yield "accounts/hold.html"
    page.goto("/queue/")
    page.get_by_role("link", name=TO_SIGN).first.click()
    yield "prescriptions/sign_closed.html"
    press(page, "Sign out")
    sign_in(page, "dwhitfield")
    yield from _past(page, ADMINISTRATION)
    follow(page, "Lift the hold of Maria Reyes, MD")
    yield "accounts/hold_of_another.html"
    press(page, "Lift the hold")
    yield "accounts/hold_of_another.html"
    press(page, "Sign out")
    sign_in(page, "mreyes")
    portal.run(rows.BIND_BY_PHONE)
    yield from _past(page, ("/epcs/hold/", "accounts/hold.html"), SETTINGS, PIN)


def who_loses_a_token(page: Page, portal: Portal) -> Iterator[str]:
    sign_in(page, "aokafor")
    _verified(page, "GALH24681357")
    page.get_by_role("link", name="Remove hardware token").click()
    yield "tokens/remove.html"
    press(page, "Sign out")
    sign_in(page, "mreyes")
    _verified(page, "GALH12345678")
    page.get_by_role("link", name="Remove hardware token").click()
    yield "tokens/remove.html"
    press(page, "Remove")
    yield "tokens/remove.html"
    page.get_by_label("Why are you removing it?").select_option("Lost")
    page.get_by_label("More detail").fill("On the train.")
    press(page, "Remove")
    yield "accounts/report_lost.html"
    page.get_by_label("Date you discovered it").fill("someday")
    page.get_by_label("Time").fill("noon")
    press(page, "Report and stop signing")
    yield "accounts/report_lost.html"
    page.get_by_label("Date you discovered it").fill("03/11/2026")
    page.get_by_label("Time").fill("9:05 AM")
    press(page, "Report and stop signing")
    yield "accounts/report_done.html"
    portal.run(rows.KEEP_OFF_THE_TRAIL)
    page.reload()
    yield "accounts/report_done.html"
    yield from _past(page, SETTINGS, DEVICES, CONTROLS, REPORT)
    page.get_by_role("radio", name="EPCS PIN or EPCS password").check()
    page.get_by_label("What happened?").select_option("Someone else used it or may know it")
    press(page, "Report and stop signing")
    yield "accounts/report_done.html"
    page.goto("/queue/")
    page.get_by_role("link", name=TO_SIGN).first.click()
    yield "prescriptions/sign_closed.html"


def whose_token_is_reported_or_expired(page: Page, portal: Portal) -> Iterator[str]:
    sign_in(page, "mreyes")
    page.goto("/epcs/report-lost/?what=hard-token")
    page.get_by_label("What happened?").select_option("Stolen")
    press(page, "Report and stop signing")
    yield "accounts/report_done.html"
    yield from _past(page, SETTINGS, DEVICES, CONTROLS, VERIFY, PIN)
    press(page, "Sign out")
    sign_in(page, "aokafor")
    _picked_up(page, "GALH24681357").let("Expire the token")
    yield "demo/devices.html"
    yield from _past(page, SETTINGS, DEVICES, CONTROLS, VERIFY, PIN)
    page.get_by_role("link", name="Rx Queue", exact=True).click()
    yield "prescriptions/queue.html"
    press(page, "Sign out")
    portal.run(rows.SEND_A_SPARE)
    sign_in(page, "snguyen")
    yield "accounts/settings_epcs.html"


def who_revokes(page: Page, portal: Portal) -> Iterator[str]:
    sign_in(page, "snguyen")
    yield from _past(page, REVOKE)
    press(page, "Sign out")
    sign_in(page, "mreyes")
    page.get_by_text("Revoke OTP account and all credentials").click()
    yield "accounts/settings_epcs.html"
    _verified(page, "GALH12345678")
    yield from _past(page, REVOKE)
    press(page, REVOKE_ALL)
    yield "accounts/revoke.html"
    page.get_by_label("Support case number").fill("CS-0000-0000")
    page.get_by_label("To confirm, type").fill("revoke all credentials")
    press(page, REVOKE_ALL)
    yield "accounts/revoke.html"
    page.get_by_label("Support case number").fill(portal.run(rows.ISSUE_A_CASE).strip())
    press(page, REVOKE_ALL)
    yield "accounts/revoked.html"
    sign_in(page, "mreyes")
    yield "accounts/settings_epcs.html"
    yield from _past(page, CONTROLS, DEVICES, QUEUE)


def who_registers(page: Page, portal: Portal) -> Iterator[str]:
    sign_in(page, "rhale")
    enter_support_site(page, Fob(page, ROBINS))
    page.goto("/staff/accounts/user/?q=vance")
    follow(page, "Vance")
    follow(page, "Record a proofing")
    yield "support/action.html"
    press(page, "Record the proofing")
    yield "support/action.html"
    page.get_by_label("Reference of the provider").fill("SIM-1")
    page.get_by_label("Completed on").fill(f"{datetime.now(UTC).date() - timedelta(days=1)}")
    page.get_by_label("Proofed phone").fill("(802) 555-0144")
    page.get_by_role("radio", name="Letter to the practice").check()
    press(page, "Record the proofing")
    yield "support/person.html"
    follow(page, "Print the letter")
    yield "support/letter.html"
    letter = page.url
    press(page, "Print the letter")
    yield "support/letter_printed.html"
    code = page.locator(".mono").inner_text()
    markers.note("codes", code)
    page.goto(letter)
    press(page, "Print the letter")
    yield "support/letter.html"
    page.goto("/settings/")
    press(page, "Sign out")
    sign_in(page, "ivance")
    yield from _past(page, SETTINGS, SETUP, ACTIVATE)
    press(page, "Activate")
    yield "accounts/activate.html"
    press(page, "Text me a code")
    yield "accounts/activate.html"
    press(page, "Call me instead")
    yield "accounts/activate.html"
    typed = Phone(page).code("(802) 555-0144")
    page.goto("/epcs/activate/")
    page.get_by_label("Code from the text message or call").fill(typed)
    page.get_by_label("Code from the email or letter").fill(code)
    press(page, "Activate")
    yield "accounts/setup.html"
    yield from _past(page, ("/epcs/attest/", "accounts/attest.html"))
    press(page, "I attest")
    yield "accounts/attest.html"
    page.get_by_label("I have read this").check()
    press(page, "I attest")
    yield "accounts/setup.html"


def an_agent(page: Page, portal: Portal) -> Iterator[str]:
    sign_in(page, "rhale")
    follow(page, "Support site")
    yield "tokens/verify_method.html"
    enter_support_site(page, Fob(page, ROBINS))
    page.goto("/staff/accounts/user/?q=reyes")
    follow(page, "Reyes")
    yield "support/person.html"
    portal.run(rows.LOCK_TOKENS)
    page.reload()
    follow(page, f"Unlock hardware token {MARIAS}")
    yield "support/action.html"
    press(page, "Unlock")
    yield "support/action.html"
    page.get_by_label("reason").fill("She called.")
    press(page, "Unlock")
    follow(page, "Order a spare")
    yield "support/action.html"
    yield from _past(page, IMPORT)
    offer_seeds(page, "not a seed file")
    yield "support/seeds.html"
    offer_seeds(page, A_SEED_FILE)
    yield "support/seeds.html"
    offer_seeds(page, A_SEED_FILE + "GALH00000002,xyz,0\n")
    yield "support/seeds.html"


TOURS: list[Tour] = [
    a_stranger,
    an_administrator,
    who_is_not_registered,
    who_came_too_late,
    who_adds_a_token,
    who_has_a_token,
    who_is_in_trouble,
    who_resets_a_pin,
    who_sets_up_a_password,
    who_composes,
    who_signs,
    who_has_a_phone,
    who_has_mobile_id,
    who_did_not_do_it,
    who_loses_a_token,
    whose_token_is_reported_or_expired,
    who_revokes,
    who_registers,
    an_agent,
]


def _sign(page: Page, pin: str, otp: str) -> None:
    page.get_by_label("EPCS PIN", exact=True).fill(pin)
    page.get_by_label("One-Time Password").fill(otp)
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("^Sign and send")).click()


def _choose(page: Page, pin: str, again: str) -> None:
    page.get_by_label("New 4-digit PIN", exact=True).fill(pin)
    page.get_by_label("Confirm New 4-digit PIN", exact=True).fill(again)
    press(page, "Save")


def _choose_password(page: Page, password: str, again: str) -> None:
    page.get_by_label("New EPCS password", exact=True).fill(password)
    page.get_by_label("Enter the new EPCS password again", exact=True).fill(again)
    press(page, "Submit")


def _past(page: Page, *stops: tuple[str, str]) -> Iterator[str]:
    for path, template in stops:
        page.goto(path)
        yield template


def _verified(page: Page, serial: str) -> None:
    """Verify with the token, and go on to My Settings."""
    otp = _picked_up(page, serial).press()
    page.goto("/epcs/verify/token/?next=/settings/epcs/")
    page.get_by_label("One-time password").fill(otp)
    press(page, "Next")


def _picked_up(page: Page, serial: str) -> Fob:
    """The token in the same tab: a phone shows one page at a time."""
    page.goto("/demo/devices/")
    return Fob(page, serial)
