"""Remove a hardware token, Mobile ID or backup phone, for a reason.

Lost, stolen or used by somebody else is more than a removal: that answer is carried over to
"Report lost or stolen", which removes the factor as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from epcs_portal.access import prescriber_required
from epcs_portal.http import SignedInRequest
from epcs_portal.phone_numbers import masked
from epcs_portal.refusals import Fact
from epcs_portal.submissions.once import Done, once
from tokens import consequences, history, lost, selectors, step_up
from tokens.doors import Door, door_of
from tokens.flows.refuse_foreign_device import refuse_foreign_device
from tokens.flows.remove_backup_phone import remove_backup_phone
from tokens.flows.remove_token import remove_token
from tokens.phone_refusals import PhoneGone
from tokens.removal_forms import RemovalForm, RemovePhoneForm, RemoveTokenForm
from tokens.removal_refusals import TokenGone
from tokens.step_up_matrix import Action

if TYPE_CHECKING:
    from tokens.models import BackupPhone, OathToken


@prescriber_required
def remove_hard_token(request: SignedInRequest, token_id: UUID) -> HttpResponse:
    token = history.hard_token_ever(request.user, token_id)
    texts = {"title": "Remove hardware token?"}
    return _remove_token(request, token, token_id, "token-removed", texts)


@prescriber_required
def remove_mobile_id(request: SignedInRequest, token_id: UUID) -> HttpResponse:
    token = history.mobile_id_by_id(request.user, token_id)
    texts = {"title": "Remove Mobile ID?", "can_move": True}
    return _remove_token(request, token, token_id, "mobile-id-removed", texts)


@prescriber_required
def remove_phone(request: SignedInRequest, phone_id: UUID) -> HttpResponse:
    door, at, phone = (
        door_of(request),
        timezone.now(),
        selectors.phone_by_id(request.user, phone_id),
    )
    if phone is None:
        raise _foreign(request, phone_id)
    if phone.is_removed and request.method != "POST":
        return redirect(door.url)
    # It may have proven what removed it: a second click still gets the first one's answer.
    action = Action.REMOVE_PHONE
    authority = None if phone.is_removed else step_up.authority_of(request, action, at=at)
    form = RemovePhoneForm(request.POST or None)

    def act() -> Done:
        if authority is None:
            raise PhoneGone
        reason, detail = form.cleaned_data["reason"], form.cleaned_data["detail"]
        others = [each for each in selectors.active_phones_of(phone.user) if each.pk != phone.pk]
        remove_backup_phone(phone=phone, reason=reason, detail=detail, authority=authority, at=at)
        facts: dict[str, Fact] = {"number": masked(phone.number), "left": len(others)}
        return Done(to=door.url, note="phone-removed", facts=facts)

    if form.is_valid() and phone.is_active and form.is_loss:
        return _report(request, phone, form, door)
    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    return _page(request, phone, form, {"title": "Remove backup phone?", "is_phone": True})


def _remove_token(
    request: SignedInRequest,
    token: OathToken | None,
    token_id: UUID,
    note: str,
    texts: dict[str, Any],
) -> HttpResponse:
    door, at = door_of(request), timezone.now()
    if token is None:
        raise _foreign(request, token_id)
    is_gone = token.removed_at is not None
    if is_gone and request.method != "POST":
        return redirect(door.url)
    authority = None if is_gone else step_up.authority_of(request, Action.REMOVE_TOKEN, at=at)
    form = RemoveTokenForm(request.POST or None, initial={"reason": lost.circumstance_of(token)})

    def act() -> Done:
        if authority is None:
            raise TokenGone
        reason, detail = form.cleaned_data["reason"], form.cleaned_data["detail"]
        remove_token(token=token, reason=reason, detail=detail, authority=authority, at=at)
        return Done(to=door.url, note=note, facts={"number": token.serial})

    if form.is_valid() and not is_gone and form.is_loss and token.reported_at is None:
        return _report(request, token, form, door)
    if form.is_valid() and (answer := once(request, form, act)):
        return answer
    return _page(request, token, form, texts)


def _page(
    request: SignedInRequest,
    factor: OathToken | BackupPhone,
    form: RemovalForm,
    texts: dict[str, Any],
) -> HttpResponse:
    door = door_of(request)
    context = {
        "form": form,
        "is_reported": factor.reported_at is not None,
        "add_phone_url": reverse("phone_add") + door.query,
        "add_token_url": reverse("token_add") + door.query,
        "report_url": f"{reverse('report_lost')}?{urlencode({'what': lost.value_of(factor)})}",
        "move_url": f"{reverse('mobile_add')}?replace=1{door.more_query}",
        **texts,
        **consequences.consequences_of(factor, at=timezone.now()),
        **door.context("Remove"),
    }
    return render(request, "tokens/remove.html", context)


def _report(
    request: SignedInRequest, factor: OathToken | BackupPhone, form: RemovalForm, door: Door
) -> HttpResponseRedirect:
    """Go on with the report, with what was answered here. The detail stays out of the address."""
    request.session[lost.DETAIL] = form.cleaned_data["detail"]
    query = {"what": lost.value_of(factor), "happened": form.cleaned_data["reason"], "remove": "1"}
    return redirect(f"{reverse('report_lost')}?{urlencode(query)}{door.more_query}")


def _foreign(request: SignedInRequest, device_id: UUID) -> Http404:
    refuse_foreign_device(person=request.user, device_id=device_id, at=timezone.now())
    return Http404()
