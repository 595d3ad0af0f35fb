"""The form with which an article is shown to whoever asked."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.articles.suggesting import suggested_to_show
from requests_app.forms.fields import TextInput
from requests_app.forms.steps import StepForm
from requests_app.models import Article

MOST_CLOSEST = 5
MOST_OTHERS = 100


class ShowWayForm(StepForm):
    """Which article, and a few words with it."""

    article_id = forms.TypedChoiceField(
        coerce=int,
        label=gettext_lazy("Article"),
        error_messages={
            "required": gettext_lazy("Choose an article."),
            "invalid_choice": gettext_lazy("That article is not published for everybody any more. Choose another one."),
        },
    )
    body = TextInput(rows=4, label=gettext_lazy("With these words"))
    takes = ("article_id", "body", "submission_key", "seen_version")

    def name_the_asker(self) -> None:
        name = {"name": self.service_request.requester.short_name}
        self.fields["body"].initial = _(
            "This shows how you can do it yourself, this time and the next. If it does not help, answer here and we do it."
        )
        self.fields["body"].help_text = _("%(name)s gets them by e-mail, with the way to the article.") % name
        self._offer_articles()

    def _offer_articles(self) -> None:
        """Those closest to what was asked first, then what the office published last."""
        closest = suggested_to_show(self.service_request.title, most=MOST_CLOSEST)
        others = (
            Article.objects.for_everybody()
            .filter(office_id=self.service_request.office_id)
            .exclude(pk__in=[article.pk for article in closest])
            .select_related("published")
            .defer("published__body", "published__search")
            .order_by("-published_at", "-pk")[:MOST_OTHERS]
        )
        groups = ((_("Closest to the request"), closest), (_("Others of the office"), others))
        choices = [(words, [(row.pk, str(row)) for row in rows]) for words, rows in groups if rows]
        field = self.fields["article_id"]
        field.choices = [("", _("Choose one")), *choices]  # type: ignore[attr-defined]
        field.initial = closest[0].pk if closest else ""
        if not choices:
            field.help_text = _("No article is published for everybody yet. Write one under Articles.")
