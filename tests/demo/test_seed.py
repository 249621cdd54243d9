from __future__ import annotations

import datetime as dt

import pytest
from argon2 import PasswordHasher
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from accounts.models import AccessChange, DesignatedIndividual, KnowledgeFactor, Prescriber, User
from accounts.signing_access import may_sign
from epcs_portal.audit.models import AuditEvent
from epcs_portal.demo import seed
from epcs_portal.demo.models import VirtualFob
from tokens import selectors
from tokens.flows.try_token import try_token
from tokens.models import EnrollmentGrant, HardToken, SeedBatch, SeedRecord

MARIAS = "GALH12345678"
STOCK = {"GALH87654321", "GALH13572468", "GALH99887766"}


def test_the_six_people_of_the_demo_can_sign_in(demo):
    people = {user.username: user for user in User.objects.all()}

    assert {name: user.full_name for name, user in people.items()} == {
        "mreyes": "Maria Reyes, MD",
        "snguyen": "Sam Nguyen, NP",
        "aokafor": "Alan Okafor, MD",
        "ivance": "Iris Vance, MD",
        "dwhitfield": "Dana Whitfield",
        "rhale": "Robin Hale",
    }
    assert people["snguyen"].role == "Prescriber · Lakeside Pediatrics"
    assert people["dwhitfield"].role == "eRx Administrator · Lakeside Pediatrics"
    assert people["rhale"].role == "Support"
    assert all(user.check_password(settings.DEMO_PASSWORD) for user in people.values())


def test_nobody_has_a_right_from_django_itself(demo):
    assert not User.objects.filter(is_superuser=True).exists()
    assert [user.username for user in User.objects.filter(is_staff=True)] == ["rhale"]
    assert not User.objects.get(username="rhale").get_all_permissions()


def test_every_prescriber_has_an_npi_and_a_dea_number_that_pass_the_checks(demo):
    prescribers = Prescriber.objects.all()

    for prescriber in prescribers:
        registration = prescriber.dea_registrations.get()
        prescriber.clean_fields()
        registration.clean_fields()
        assert registration.number[1] == prescriber.user.last_name[0]
    assert len(prescribers) == 4


def test_all_prescribers_but_the_invited_one_may_sign(demo):
    prescribers = {each.user.username: each for each in Prescriber.objects.all()}

    assert {name: may_sign(each) for name, each in prescribers.items()} == {
        "mreyes": True,
        "snguyen": True,
        "aokafor": True,
        "ivance": False,
    }
    assert {name for name, each in prescribers.items() if not each.is_registered} == {"ivance"}


def test_identity_proofing_says_that_it_is_simulated(maria):
    proofing = maria.prescriber.identity_proofings.get()

    assert "Simulated" in proofing.provider
    assert "simulated" in proofing.level


def test_each_access_change_took_two_designated_individuals_and_nobody_executed_their_own(demo):
    designated = set(DesignatedIndividual.objects.values_list("user__username", flat=True))

    for change in AccessChange.objects.all():
        assert change.entered_by.username == "dwhitfield"
        assert change.executed_by is not None
        assert change.executed_by.username in designated - {change.prescriber.user.username}
        assert change.executed_by.is_prescriber


@pytest.mark.parametrize(("username", "pin"), [("mreyes", "4827"), ("aokafor", "5938")])
def test_the_printed_pin_is_the_one_that_is_stored(demo, username, pin):
    stored = KnowledgeFactor.objects.get(user__username=username, kind="pin")

    assert PasswordHasher().verify(stored.take(), pin)


def test_a_bound_token_and_its_virtual_fob_are_in_step(maria):
    fob = VirtualFob.objects.get(seed_record__serial=MARIAS)
    token = selectors.hard_token_of(maria)
    at = timezone.now()

    skipped = try_token(token=token, otp=fob.press(at=at), at=at)

    assert skipped == 0


def test_sam_has_no_token_and_may_add_one(sam):
    grant = selectors.open_grant_of(sam, at=timezone.now())

    assert selectors.hard_token_of(sam) is None
    assert grant is not None
    assert grant.expires_at - grant.given_at == settings.ENROLLMENT_GRANT
    assert EnrollmentGrant.objects.count() == 1


def test_stock_holds_three_tokens_and_every_token_a_seed_of_its_own(demo):
    free = SeedRecord.objects.exclude(hard_tokens__in=HardToken.objects.all())
    seeds = {record.take() for record in SeedRecord.objects.all()}

    assert {record.serial for record in free} == STOCK
    assert len(seeds) == 6
    assert {len(each) for each in seeds} == {20}
    assert SeedBatch.objects.count() == 1


def test_what_the_first_start_did_is_on_the_trail_and_the_trail_is_whole(demo, capsys):
    call_command("verify_trail")

    events = list(AuditEvent.objects.values_list("event", flat=True))
    assert {event: events.count(event) for event in events} == {
        "access_change.entered": 3,
        "access_change.executed": 3,
        "token.bound": 3,
        "phone.added": 1,
        "seeds.imported": 1,
        "enrollment_grant.given": 1,
        "catalogue.loaded": 1,
        "prescription.composed": 3,
    }
    assert "whole" in capsys.readouterr().out


def test_the_next_start_keeps_everything_and_gives_sam_another_day(maria, sam):
    later = timezone.now() + dt.timedelta(days=3)
    fob = VirtualFob.objects.get(seed_record__serial=MARIAS)
    fob.press(times=7, at=timezone.now())
    boxes = {bytes(record.sealed) for record in SeedRecord.objects.all()}

    seed.fill(at=later)

    fob.refresh_from_db()
    assert fob.presses == 9
    assert {bytes(record.sealed) for record in SeedRecord.objects.all()} == boxes
    assert User.objects.count() == 6
    assert selectors.open_grant_of(sam, at=later) is not None
    assert selectors.open_grant_of(maria, at=later) is None


def test_the_table_tells_accounts_pins_serials_and_the_password(demo):
    table = seed.accounts_table()

    for person in User.objects.all():
        assert person.username in table
        assert person.full_name in table
    for text in ("4827", "5938", MARIAS, "GALH24681357", *STOCK, settings.DEMO_PASSWORD):
        assert text in table


def test_the_table_follows_what_became_of_the_tokens(sam):
    HardToken.objects.create(
        user=sam,
        name="Hardware Token",
        seed_record=SeedRecord.objects.get(serial="GALH87654321"),
        bound_at=timezone.now(),
        next_factor=2,
    )

    lines = seed.accounts_table().splitlines()

    assert next(line for line in lines if "snguyen" in line).endswith("GALH87654321")
    assert "GALH87654321" not in next(line for line in lines if "stock" in line)
