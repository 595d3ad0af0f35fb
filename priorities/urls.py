from django.urls import path

from priorities import views

app_name = "priorities"
# The converter `reference` is registered by requests_app.urls, which stands before in the addresses of the product.
urlpatterns = [
    path("queue/", views.queue, name="queue"),
    path("queue/filter/", views.queue_filter, name="queue-filter"),
    path("queue/why/<reference:reference>/", views.why, name="why"),
    path("queue/judge/<reference:reference>/", views.judge, name="judge"),
    path("queue/support/<reference:reference>/", views.support, name="support"),
]
