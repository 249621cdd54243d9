"""What every list of the support site has in common: it is looked at, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from django.contrib.admin import ModelAdmin, display
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst

from accounts.flows.note_viewing import note_viewing
from epcs_portal.support.pages import person_page
from epcs_portal.support.views.doors import is_open

if TYPE_CHECKING:
    from accounts.models import User

    Admin = ModelAdmin[Model]
else:
    Admin = ModelAdmin


class ReadOnlyAdmin(Admin):
    """Shows ``columns`` in the list and ``columns`` and ``more`` of one row.

    What is not named is not shown: no column comes by itself. ``whose`` is the path from the row to
    the person, and who opens the row of a person, or searches a list and finds rows of theirs, is
    noted on that person's trail.
    """

    columns: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    whose: tuple[str, ...] = ("user",)
    actions = None
    list_per_page = 50
    list_max_show_all = 50
    show_full_result_count = False

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        return self.columns

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return self.columns + self.more

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return self.columns + self.more

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Narrow by the filters of the list alone: a query may not ask for what is not shown.

        Django lets any column be asked for, "password__startswith" and a masked number too.
        """
        filters = {getattr(each, "parameter_name", each) for each in self.list_filter or ()}
        return lookup.partition("__")[0] in filters

    def changelist_view(
        self, request: Any, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().changelist_view(request, {"title": self.name_of_all})
        found = getattr(response, "context_data", {}).get("cl")
        if self.whose and found is not None and found.query:
            people = {each for row in found.result_list if (each := self.person_of(row))}
            for person in people:
                note_viewing(person=person, agent=request.user, at=timezone.now())
        return response

    @property
    def name_of_all(self) -> str:
        return capfirst(str(self.opts.verbose_name_plural))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_open(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_open(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> NoReturn:
        raise PermissionDenied("The history of a row is the audit trail.")

    def render_change_form(
        self,
        request: Any,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        person = self.person_of(obj)
        if person is not None:
            note_viewing(person=person, agent=request.user, at=timezone.now())
        return super().render_change_form(request, context, add, change, form_url, obj)

    def person_of(self, row: Any) -> User | None:
        for step in self.whose:
            row = getattr(row, step)
        return row if self.whose else None

    @display(description="person")
    def whom(self, row: Model) -> str:
        found = self.person_of(row)
        if found is None:
            return "–"  # noqa: RUF001
        return format_html('<a href="{}">{}</a>', person_page(found), found.full_name)
