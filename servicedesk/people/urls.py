from django.urls import path

from servicedesk.people.views import delegations, departments, directory, imports, merging, offices, persons, profile

app_name = "people"
urlpatterns = [
    path("profile/", profile.profile, name="profile"),
    path("profile/delegates/add/", profile.delegate_add, name="delegate-add"),
    path("profile/delegates/<int:pk>/remove/", profile.delegate_remove, name="delegate-remove"),
    path("theme/", profile.theme, name="theme"),
    path("departments/", directory.departments, name="departments"),
    path("administration/people/", persons.people, name="people"),
    path("administration/people/new/", persons.person_new, name="person-new"),
    path("administration/people/<int:pk>/", persons.person_edit, name="person-edit"),
    path("administration/people/<int:pk>/invite/", persons.person_invite, name="person-invite"),
    path("administration/people/<int:pk>/merge/", merging.person_merge, name="person-merge"),
    path("administration/departments/new/", departments.department_new, name="department-new"),
    path("administration/departments/<int:pk>/", departments.department_edit, name="department-edit"),
    path("administration/offices/", offices.offices, name="offices"),
    path("administration/offices/new/", offices.office_new, name="office-new"),
    path("administration/offices/<int:pk>/", offices.office_edit, name="office-edit"),
    path("administration/offices/<int:pk>/members/add/", offices.member_add, name="office-member-add"),
    path("administration/memberships/<int:pk>/remove/", offices.member_remove, name="office-member-remove"),
    path("administration/delegations/", delegations.delegations, name="delegations"),
    path("administration/delegations/<int:pk>/remove/", delegations.delegation_remove, name="delegation-remove"),
    path("administration/people/import/", imports.upload, {"kind": "people"}, name="people-import"),
    path("administration/departments/import/", imports.upload, {"kind": "departments"}, name="departments-import"),
    path("administration/offices/import/", imports.upload, {"kind": "offices"}, name="offices-import"),
    path("tables/<slug:kind>/import/", imports.upload, name="table-import"),
    path("tables/imports/<int:pk>/", imports.show, name="import-show"),
    path("tables/imports/<int:pk>/apply/", imports.apply, name="import-apply"),
    path("tables/<slug:kind>/template.csv", imports.template, name="table-template"),
    path("tables/<slug:kind>/export.csv", imports.export, name="table-export"),
]
