"""People: found by name or number, and a page of each that says how they stand."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import display, register
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.models import User
from epcs_portal.support.admins.read_only import ReadOnlyAdmin
from epcs_portal.support.diagnosis import diagnosis_of
from epcs_portal.support.lookup import find_people
from epcs_portal.support.site import site


@register(User, site=site)
class PersonAdmin(ReadOnlyAdmin):
    columns = ("last_name", "first_name", "username", "role", "is_active")
    whose = ()
    search_fields = ("last_name",)  # that there is a search; what it looks at is find_people's
    list_filter = ("is_active", "is_staff")
    list_select_related = ("prescriber", "membership__practice")
    ordering = ("last_name", "first_name", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("password")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return find_people(queryset, search_term), False

    @display(description="role")
    def role(self, person: User) -> str:
        return person.role

    def person_of(self, row: Any) -> User:
        return row  # type: ignore[no-any-return]

    def render_change_form(
        self,
        request: Any,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        super().render_change_form(request, context, add, change, form_url, obj)
        return TemplateResponse(
            request, "support/person.html", diagnosis_of(obj, at=timezone.now())
        )
