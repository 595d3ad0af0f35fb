"""Two tables of the product, seen without any of its code."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models


class Person(AbstractBaseUser):
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)

    objects = BaseUserManager()

    USERNAME_FIELD = "email"

    class Meta:
        managed = False
        db_table = "people_user"

    def __str__(self) -> str:
        return self.name


class Row(models.Model):
    office_id = models.BigIntegerField()
    reference = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)
    status = models.CharField(max_length=11)
    received_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "requests_app_servicerequest"

    def __str__(self) -> str:
        return self.reference
