import pytest
from django.test import Client

from polytech.people.api import Person, Session


@pytest.mark.django_db
def test_session_of_a_signed_in_person_names_its_person(client: Client) -> None:
    person = Person.objects.create(username="aigerim")

    client.force_login(person)

    assert list(Session.objects.values_list("person_id", flat=True)) == [person.pk]
