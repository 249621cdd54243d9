"""Add and confirm a backup phone."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from epcs_portal.access import prescriber_required
from epcs_portal.http import SignedInRequest
from epcs_portal.phone_numbers import shown
from epcs_portal.submissions.once import Done, once
from tokens import code_words, selectors, step_up
from tokens.doors import Door, door_of
from tokens.flows.add_backup_phone import Wanted, add_backup_phone
from tokens.flows.confirm_backup_phone import confirm_backup_phone
from tokens.flows.refuse_foreign_device import refuse_foreign_device
from tokens.flows.send_code import send_code
from tokens.out_of_band import Purpose
from tokens.phone_forms import CodeForms, PhoneForm
from tokens.step_up_matrix import Action

if TYPE_CHECKING:
    from tokens.models import BackupPhone


@sensitive_post_parameters("phone")
@prescriber_required
def add(request: SignedInRequest) -> HttpResponse:
    door, at = door_of(request), timezone.now()
    instead_of = selectors.pending_phone(request.user, _uuid(request.GET.get("instead")))
    context = door.context("Next")
    is_full = len(selectors.phones_of(request.user)) >= settings.BACKUP_PHONES
    if is_full and instead_of is None and request.method != "POST":
        return render(request, "tokens/phones_full.html", context)
    authority = step_up.authority_of(request, Action.ADD_PHONE, at=at)
    form = PhoneForm(request.POST or None)

    def act() -> Done:
        wanted = Wanted(
            number=form.cleaned_data["phone"],
            delivery=form.cleaned_data["delivery"],
            instead_of=instead_of.pk if instead_of else None,
        )
        phone = add_backup_phone(user=request.user, wanted=wanted, authority=authority, at=at)
        return Done(to=_page("phone_confirm", phone, door))

    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    return render(request, "tokens/phone_add.html", {"form": form, **context})


@sensitive_post_parameters("code")
@prescriber_required
def confirm(request: SignedInRequest, phone_id: UUID) -> HttpResponse:
    """The number stands here in full: it was just typed."""
    door, at, phone = door_of(request), timezone.now(), _own_phone(request, phone_id)
    if not phone.is_pending and request.method != "POST":
        return redirect(door.url)
    authority = step_up.authority_of(request, Action.ADD_PHONE, at=at)
    forms, number = CodeForms(request.POST, label="Verification code"), shown(phone.number)

    def act() -> Done:
        confirm_backup_phone(phone=phone, code=forms.typed, authority=authority, at=at)
        return Done(to=door.url, note="phone-added", facts={"number": number})

    def send_again() -> Done:
        purpose, how = Purpose.CONFIRM_PHONE, phone.delivery
        send_code(phone=phone, purpose=purpose, channel=how, is_resend=True, at=at)
        return Done(to=_page("phone_confirm", phone, door), note="code-sent")

    if forms.is_sent and (answer := once(request, forms.sent, forms.choose(act, send_again))):
        return answer
    context = forms.context | {
        "number": number,
        "channel": phone.delivery,
        "awaited": code_words.awaited(phone, Purpose.CONFIRM_PHONE, at=at),
        "locked": code_words.locked(phone.user, at=at),
        "change_url": f"{reverse('phone_add')}?instead={phone.pk}" + door.more_query,
        **door.context("Next"),
    }
    template = "tokens/codes_locked.html" if context["locked"] else "tokens/phone_confirm.html"
    return render(request, template, context)


def _own_phone(request: SignedInRequest, phone_id: UUID) -> BackupPhone:
    phone = selectors.phone_by_id(request.user, phone_id)
    if phone is None:
        refuse_foreign_device(person=request.user, device_id=phone_id, at=timezone.now())
        raise Http404
    return phone


def _page(name: str, phone: BackupPhone, door: Door) -> str:
    return reverse(name, args=[phone.pk]) + door.query


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
