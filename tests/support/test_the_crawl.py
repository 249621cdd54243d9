"""Every page of the support site: nothing secret, nothing to write, and for agents alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from epcs_portal.audit.models import AuditEvent, ChainHead
from epcs_portal.support.site import site
from prescriptions.models import Prescription, Signature
from tests import factories
from tests.support.conftest import PEOPLE, SITE
from tests.support.rows_of_every_kind import a_full_practice

pytestmark = pytest.mark.django_db
HREF = re.compile(r'href="([^"]+)"')
ACTIONS = ["staff_suspend", "staff_case", "staff_spare"]
ACTIONS += ["staff_proofing", "staff_letter_new"]
NEVER = {"KnowledgeFactor", "SoftSeed", "OutOfBandCode", "StepUp", "KnowledgeProof", "Session"}
NEVER |= {"MobileDevice", "PushSubscription", "SendTally", "LogEntry", "Group", "Permission"}
NEVER |= {"ActivationPiece", "VirtualCheckout", "VirtualPaymentEvent"}


def names() -> list[tuple[str, str]]:
    return [(model._meta.app_label, model._meta.model_name) for model in site._registry]


def pages() -> Iterator[tuple[str, str]]:
    """The kind and address of every page there is, by name."""
    for model in site._registry:
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield "list", reverse(f"{base}_changelist")
        yield "add", reverse(f"{base}_add")
        for row in model._default_manager.all()[:3]:
            yield "row", reverse(f"{base}_change", args=[row.pk])
            yield "delete", reverse(f"{base}_delete", args=[row.pk])
            yield "history", reverse(f"{base}_history", args=[row.pk])


def walk(client: Client) -> dict[str, str]:
    """Follow every link of the site; return what stands on each page.

    Of each list every filter and order once, by itself: together they show no other columns.
    """
    found, waiting, kinds = {}, [SITE], set()
    while waiting:
        page = waiting.pop()
        parts = urlsplit(page)
        asked = [name for name, _value in parse_qsl(parts.query, keep_blank_values=True)]
        kind = (parts.path, *asked)
        if kind in kinds or len(asked) > 1 or not parts.path.startswith(SITE):
            continue
        kinds.add(kind)
        response = client.get(page)
        assert response.status_code == 200, page
        found[page] = unescape(response.text)
        links = (unescape(link) for link in HREF.findall(response.text))
        waiting += [f"{parts.path}{link}" if link[0] == "?" else link for link in links]
    return found


def shown(secrets: dict[str, str], text: str) -> list[str]:
    return [what for what, secret in secrets.items() if secret in text]


def rows() -> list[object]:
    """All that says who may sign, with what, and what was signed."""
    models = [apps.get_app_config(app).get_models() for app in ("accounts", "tokens")]
    kinds = [*models[0], *models[1], Prescription, Signature]
    return [list(kind._default_manager.order_by("pk").values()) for kind in kinds]


def test_no_page_that_a_link_leads_to_shows_a_secret(at_support, agent):
    person, secrets = a_full_practice(agent)

    found = walk(at_support)

    assert {page: leaks for page, text in found.items() if (leaks := shown(secrets, text))} == {}
    assert len(found) > 60
    assert any(f"/people/{person.pk}/suspend/" in page for page in found)


def test_no_page_that_has_a_name_shows_a_secret_and_none_adds_changes_or_deletes(at_support, agent):
    _person, secrets = a_full_practice(agent)
    before, known = rows(), [each.pk for each in AuditEvent.objects.all()]

    answers = {}
    for kind, page in list(pages()):
        for method in ("get", "post"):
            asked = {} if method == "get" else {"_save": "Save", "action": "delete_selected"}
            response = getattr(at_support, method)(page, asked)
            answers.setdefault((kind, method), set()).add(response.status_code)
            assert not shown(secrets, unescape(response.text)), page

    assert answers == {
        ("list", "get"): {200},
        ("list", "post"): {200},
        ("row", "get"): {200},
        **{(kind, "get"): {403} for kind in ("add", "delete", "history")},
        **{(kind, "post"): {403} for kind in ("add", "row", "delete", "history")},
    }
    assert rows() == before
    new = AuditEvent.objects.exclude(pk__in=known)
    added = {each.event for each in new if each.actor_id == agent.pk} - {"step_up.succeeded"}
    assert added == {"access.denied", "staff.viewed"}


@pytest.mark.parametrize("who", ["nobody", "prescriber", "administrator", "agent", "superuser"])
def test_nothing_opens_for_anybody_else(client, agent, agents_fob, who):
    person, _secrets = a_full_practice(agent)
    people = {"prescriber": person, "agent": agent}
    people["administrator"] = factories.a_person(practice=person.practice)
    people["administrator"].membership.is_erx_administrator = True
    people["administrator"].membership.save()
    people["superuser"] = factories.a_person(is_superuser=True, is_staff=True)
    if who != "nobody":
        client.force_login(people[who])
    addresses = [page for _kind, page in pages()] + [
        reverse(name, args=[person.pk]) for name in ACTIONS
    ]
    before = rows()

    answers = [getattr(client, how)(page) for page in addresses for how in ("get", "post")]

    refused = {"nobody": "/sign-in/", "agent": "/epcs/verify/", "superuser": "/epcs/verify/"}
    for answer in answers:
        if who in refused:
            assert (answer.status_code, answer.url.split("?")[0]) == (302, refused[who])
        else:
            assert answer.status_code == 403
    assert rows() == before


@pytest.mark.parametrize(
    ("kind", "lookup"),
    [
        ("accounts_user", "password__startswith"),
        ("accounts_user", "knowledge_factors__sealed_with"),
        ("tokens_backupphone", "number__startswith"),
        ("tokens_softtoken", "seed__sealed_with"),
        ("tokens_seedrecord", "sealed_with"),
        ("delivery_message", "recipient__endswith"),
        ("prescriptions_prescription", "patient__last_name__startswith"),
        ("prescriptions_signature", "record__contains"),
        ("audit_auditevent", "text__contains"),
    ],
)
def test_what_is_not_shown_cannot_be_asked_for_in_the_address(at_support, agent, kind, lookup):
    a_full_practice(agent)

    answer = at_support.get(reverse(f"admin:{kind}_changelist"), {lookup: "1"})

    assert answer.status_code == 400


def test_what_holds_secrets_is_not_there_at_all():
    assert not {model.__name__ for model in site._registry} & NEVER
    assert len(site._registry) == 23


def test_a_list_costs_the_same_with_more_rows(at_support, agent):
    a_full_practice(agent)
    at_support.get(SITE)
    lists = [reverse(f"admin:{app}_{model}_changelist") for app, model in names()]
    few = {page: _cost(at_support, page) for page in lists}

    for _ in range(3):
        a_full_practice(agent)

    assert {page: _cost(at_support, page) for page in lists} == few
    assert max(few.values()) <= 9


def test_the_page_of_a_person_costs_the_same_whatever_happened_to_them(at_support, agent):
    person, _secrets = a_full_practice(agent)
    page = f"{PEOPLE}{person.pk}/change/"
    at_support.get(page)
    few = _cost(at_support, page)

    for _ in range(3):
        factories.a_dea_registration(person)
        token, _fob = factories.a_hard_token(factories.a_person())
        token.user, token.status, token.removed_at = person, "removed", token.bound_at
        token.save()

    assert _cost(at_support, page) == few <= 35


def _cost(client: Client, page: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(page).status_code == 200
    return len(queries)


@pytest.mark.parametrize("rows_of", ["audit/auditevent", "tokens/hardtoken"])
def test_who_searches_a_list_for_a_person_has_looked_at_them(at_support, agent, rows_of):
    person, _secrets = a_full_practice(agent)
    elsewhere = factories.a_signer("elsewhere")
    factories.a_hard_token(elsewhere)
    factories.a_report(elsewhere, what="knowledge")
    at_support.get(f"/staff/{rows_of}/")
    assert not AuditEvent.objects.filter(event="staff.viewed").exists()

    for _ in range(2):
        at_support.get(f"/staff/{rows_of}/", {"q": person.username})

    viewed = AuditEvent.objects.get(event="staff.viewed")
    assert (viewed.person, viewed.actor) == (person, agent)


def test_no_list_is_narrowed_to_a_person_by_its_address(at_support, agent):
    person, _secrets = a_full_practice(agent)

    answer = at_support.get("/staff/audit/auditevent/", {"person__id__exact": person.pk})

    assert answer.status_code in {302, 400}


def test_the_trail_is_whole_after_all_that(at_support, agent):
    person, _secrets = a_full_practice(agent)
    heads = {head.chain: head.sequence for head in ChainHead.objects.all()}

    for _ in range(3):
        at_support.get(f"{PEOPLE}{person.pk}/change/")

    assert ChainHead.objects.get(chain=person.audit_chain).sequence == heads[person.audit_chain] + 1
    viewed = AuditEvent.objects.get(event="staff.viewed")
    assert (viewed.person, viewed.actor, viewed.event_class) == (person, agent, 6)
