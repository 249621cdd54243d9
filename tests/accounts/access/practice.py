"""A practice as the rule wants it: Dana enters, Alan executes, and Sam waits for access."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import AccessChange, Membership, User
from tests import factories
from tests.in_hand import FobInHand
from tests.pages import submit

PIN = "4827"
YESTERDAY = (timezone.localdate() - timedelta(days=1)).isoformat()  # in every time zone
LIST = "/administration/access/"
ENTERED = {
    "dea_source": "DEA Registration Validation",
    "state_source": "Vermont board, 042.0012345",
}
REVOKED = {"reason": "no-longer-authorized"}


@dataclass
class PracticeAtWork:
    dana: User  # eRx administrator, designated, prescribes nothing
    alan: User  # designated, a registrant with a token
    sam: User  # registered, with all but access
    fob: FobInHand  # Alan's

    def grant_page(self) -> str:
        return f"/administration/epcs-setup/{self.sam.pk}/grant/"

    def revoke_page(self) -> str:
        return f"/administration/epcs-setup/{self.sam.pk}/revoke/"


def a_practice_at_work(suffix: str = "") -> PracticeAtWork:
    practice = factories.a_practice()
    dana = factories.designated(
        factories.a_person(
            f"dana{suffix}", practice=practice, first_name="Dana", last_name="Whitfield"
        )
    )
    Membership.objects.filter(user=dana).update(is_erx_administrator=True)
    alan = factories.designated(a_registrant(f"alan{suffix}", practice))
    _token, fob = factories.a_hard_token(alan)
    sam = a_registrant(f"sam{suffix}", practice)
    factories.a_hard_token(sam)
    return PracticeAtWork(dana, alan, sam, fob)


def a_registrant(username: str, practice) -> User:
    """With a DEA registration, proofed, activated and attested, with a PIN; no token, no access."""
    person = factories.a_prescriber(username, practice=practice)
    factories.a_dea_registration(person)
    factories.an_epcs_pin(person)
    return User.objects.get(pk=person.pk)


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def enter_grant(at_work: PracticeAtWork, **fields: str) -> AccessChange:
    page, client = at_work.grant_page(), client_of(at_work.dana)
    answer = submit(client, page, **(ENTERED | {"checked_on": YESTERDAY} | fields))
    assert answer.status_code == 302, answer.text
    return AccessChange.objects.get()


def page_of(change: AccessChange) -> str:
    return f"{LIST}{change.uuid}/"


def approve(
    client: Client, change: AccessChange, fob: FobInHand, *, pin: str = PIN, **fields: str
) -> HttpResponse:
    typed = {"digest": change.digest, "pin": pin, "otp": fob.press(), "source": "token"}
    return submit(client, page_of(change), **(typed | fields))
