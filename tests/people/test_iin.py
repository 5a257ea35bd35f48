import pytest
from django.test import override_settings

from polytech.footprint.api import Statement
from polytech.people import iin


def valid(first_eleven: str) -> str:
    from polytech.kernel.iin import check_digit

    return f"{first_eleven}{check_digit(first_eleven)}"


AIGERIM_IIN = valid("04051265012")


def test_sealed_number_does_not_contain_the_number() -> None:
    assert AIGERIM_IIN.encode() not in iin.encrypt(AIGERIM_IIN)


def test_same_number_is_sealed_differently_each_time_but_has_one_digest() -> None:
    assert iin.encrypt(AIGERIM_IIN) != iin.encrypt(AIGERIM_IIN)
    assert iin.digest(AIGERIM_IIN) == iin.digest(AIGERIM_IIN)


@pytest.mark.django_db
def test_look_at_a_number_is_recorded_with_who_whose_and_what_for() -> None:
    shown = iin.decrypt(iin.encrypt(AIGERIM_IIN), person_id=7, actor_id=3, purpose="diploma")

    statement = Statement.objects.get()
    assert shown == AIGERIM_IIN
    assert (statement.verb, statement.object_kind, statement.object_id) == ("viewed", "iin", 7)
    assert (statement.actor_id, statement.extra) == (3, {"purpose": "diploma"})


def test_number_with_a_wrong_check_digit_is_refused_without_naming_it() -> None:
    wrong = AIGERIM_IIN[:11] + str((int(AIGERIM_IIN[11]) + 1) % 10)

    with pytest.raises(ValueError, match=r"^not an IIN: check digit$"):
        iin.encrypt(wrong)


@pytest.mark.django_db
def test_number_sealed_with_an_old_key_still_opens_and_is_resealed_with_the_new_one() -> None:
    with override_settings(PERSONAL_DATA_KEY="old"):
        sealed, old_digest = iin.encrypt(AIGERIM_IIN), iin.digest(AIGERIM_IIN)
    with override_settings(PERSONAL_DATA_KEY=["new", "old"]):
        assert iin.decrypt(sealed, person_id=1, actor_id=1, purpose="test") == AIGERIM_IIN
        assert iin.digests(AIGERIM_IIN) == [iin.digest(AIGERIM_IIN), old_digest]
        again = iin.reseal(sealed)
        assert again is not None
        assert iin.reseal(again[0]) is None
    with override_settings(PERSONAL_DATA_KEY="new"):
        assert iin.decrypt(again[0], person_id=1, actor_id=1, purpose="test") == AIGERIM_IIN
        assert again[1] == iin.digest(AIGERIM_IIN)
        with pytest.raises(iin.IinUnreadable):
            iin.decrypt(sealed, person_id=1, actor_id=1, purpose="test")


@pytest.mark.django_db
def test_changed_bytes_do_not_open() -> None:
    sealed = bytearray(iin.encrypt(AIGERIM_IIN))
    sealed[-1] ^= 1

    with pytest.raises(iin.IinUnreadable):
        iin.decrypt(bytes(sealed), person_id=1, actor_id=1, purpose="test")
