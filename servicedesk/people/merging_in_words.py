"""What it would mean to make two people one, for the administrator who decides it: counts of what they may know of."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from servicedesk.people.actions.merging import taken_over
from servicedesk.people.events import people_merging
from servicedesk.people.models import Delegation, Department, Membership, User


def merging_in_words(kept: User, merged: User) -> list[str]:
    """What goes over to the one who is kept; what is sealed is left out, even as a number."""
    answers: list[tuple[Any, Any]] = people_merging.send(User, kept=kept, merged=merged)
    told = [sentence for _receiver, sentences in answers for sentence in sentences]
    return [*told, *_own_facts(kept, merged), *_roles(kept, merged), *_delegations(kept, merged), *_asked_about(merged)]


def merged_sentence(person: User) -> str:
    """Say to whoever looks for a person who was merged where they are now."""
    return _("%(name)s (%(email)s) was merged into %(kept)s. This is their page now.") % {
        "name": person.name,
        "email": person.email,
        "kept": person.merged_into,
    }


def _roles(kept: User, merged: User) -> list[str]:
    held = set(kept.memberships.values_list("office_id", "role"))
    sentences = []
    for membership in (
        Membership.objects.filter(person=merged).select_related("office").order_by("office__name", "role")
    ):
        words = {"kept": kept.name, "role": membership.get_role_display(), "office": membership.office.name}
        if (membership.office_id, membership.role) not in held:
            sentences.append(_("%(kept)s becomes %(role)s of %(office)s.") % words)
    return sentences


def _own_facts(kept: User, merged: User) -> list[str]:
    taken = taken_over(kept, merged)
    said = {
        "is_administrator": _("%(kept)s becomes an administrator."),
        "department_id": _("%(kept)s, who has no department, gets theirs: %(department)s."),
        "job_title": _("%(kept)s, who has no job title, gets theirs: %(job_title)s."),
    }
    words = {"kept": kept.name, "department": merged.department, "job_title": merged.job_title}
    return [text % words for name, text in said.items() if name in taken]


def _delegations(kept: User, merged: User) -> list[str]:
    theirs = Delegation.objects.filter(Q(principal=merged) | Q(delegate=merged))
    count = theirs.exclude(principal=kept).exclude(delegate=kept).count()
    if not count:
        return []
    text = ngettext(
        "%(count)d delegation of theirs becomes one of %(kept)s.",
        "%(count)d delegations of theirs become those of %(kept)s.",
        count,
    )
    return [text % {"count": count, "kept": kept.name}]


def _asked_about(merged: User) -> list[str]:
    names = list(Department.objects.filter(contact=merged).values_list("name", flat=True))
    if not names:
        return []
    return [_("They are whom to ask about %(departments)s; that goes over too.") % {"departments": ", ".join(names)}]
