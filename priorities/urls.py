from django.urls import path

from priorities import views

app_name = "priorities"
# The converter `reference` is registered by requests_app.urls, which stands before in the addresses of the product.
urlpatterns = [
    path("queue/", views.queue, name="queue"),
    path("queue/filter/", views.queue_filter, name="queue-filter"),
    path("queue/why/<reference:reference>/", views.why, name="why"),
    path("queue/replay/", views.replay, name="replay"),
    path("queue/move/<reference:reference>/", views.move, name="move"),
    path("queue/move/<reference:reference>/undo/", views.move_back, name="move-back"),
    path("queue/judge/<reference:reference>/", views.judge, name="judge"),
    path("queue/support/<reference:reference>/", views.support, name="support"),
    path("fairness/", views.fairness, name="fairness"),
    path("customers/", views.customers, name="customers"),
    path("customers/expiring/", views.expiring, name="expiring"),
    path("customers/people/<int:pk>/", views.customer, name="customer"),
    path("customers/people/<int:pk>/support/", views.customer_support, name="customer-support"),
    path("customers/departments/<int:pk>/", views.customer_department, name="customer-department"),
    path("agreements/", views.agreements, name="agreements"),
    path("agreements/new/", views.agreement_new, name="agreement-new"),
    path("agreements/<int:pk>/", views.agreement, name="agreement"),
    path("agreements/<int:pk>/edit/", views.agreement_edit, name="agreement-edit"),
    path("agreements/<int:pk>/confirm/", views.agreement_confirm, name="agreement-confirm"),
    path("agreements/<int:pk>/end/", views.agreement_end, name="agreement-end"),
    path("rules/", views.rules, name="rules"),
    path("rules/looks/", views.standing_looks, name="standing-looks"),
    path("rules/advice/", views.advice, name="advice"),
    path("rules/advice/accept/", views.advice_accept, name="advice-accept"),
    path("rules/begin/", views.rules_begin, name="rules-begin"),
    path("rules/policy/", views.rules_policy, name="rules-policy"),
    path("rules/draft/", views.rules_draft, name="rules-draft"),
    path("rules/draft/compare/", views.rules_compare, name="rules-compare"),
    path("rules/draft/effect/", views.rules_effect, name="rules-effect"),
    path("rules/draft/publish/", views.rules_publish, name="rules-publish"),
    path("rules/draft/discard/", views.rules_discard, name="rules-discard"),
]
