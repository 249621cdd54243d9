"""What has become of a request that a page of this session waits for."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from epcs_portal.access import prescriber_required
from epcs_portal.http import SignedInRequest
from tokens import push_words, selectors


@prescriber_required
@require_safe
def approval_status(request: SignedInRequest, request_id: UUID) -> JsonResponse:
    asked = selectors.request_by_id(request_id, user=request.user)
    if asked is None or not push_words.is_of_session(asked, request.session.session_key or ""):
        raise Http404
    return JsonResponse(push_words.progress_of(asked, at=timezone.now()))
