from datetime import date

import pytest

from producers.ssda903.values import child_fault, read_date, read_postcode, read_urn


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("01/02/2024", date(2024, 2, 1)),
        ("1/2/2024", date(2024, 2, 1)),
        ("29/02/2024", date(2024, 2, 29)),
        ("2024-02-01", date(2024, 2, 1)),
        ("01/02/2024 00:00", date(2024, 2, 1)),
        ("2024-02-01 00:00:00", date(2024, 2, 1)),
        ("2024-02-01T00:00:00.000", date(2024, 2, 1)),
        ("29/02/2023", None),
        ("31/06/2024", None),
        ("13/13/2024", None),
        ("00/01/2024", None),
        ("01/02/24", None),
        ("01-02-2024", None),
        ("01.02.2024", None),
        ("1 February 2024", None),
        ("01/02/2024 09:30", None),
        ("45323", None),
        ("01/02/1899", None),
        ("01/02/2101", None),
        ("٠١/٠٢/٢٠٢٤", None),
        ("", None),
    ],
)
def test_a_date_is_read_only_where_it_cannot_be_mistaken(text: str, day: date | None) -> None:
    assert read_date(text) == day


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("566910", None),
        ("A-1001", None),
        ("É-7", None),
        ("1E5X", None),
        ("", "child-missing"),
        ("5.6691E+05", "child-damaged"),
        ("1E+15", "child-damaged"),
        ("566910.0", "child-damaged"),
        ("7\0", "child-unreadable"),
        ("7\u202e8", "child-unreadable"),
        ("7\ufffd", "child-unreadable"),
        ("7" * 101, "child-unreadable"),
    ],
)
def test_an_identifier_is_taken_unless_it_is_spoilt(text: str, fault: str | None) -> None:
    assert child_fault(text) == fault


@pytest.mark.parametrize(
    ("text", "postcode"),
    [
        ("ZZ1 1AA", "ZZ1 1AA"),
        ("zz11aa", "ZZ1 1AA"),
        ("W1A 0AX", "W1A 0AX"),
        ("the yellow house", None),
        ("1 High Street, ZZ1 1AA", None),
    ],
)
def test_only_a_postcode_is_sent_as_one(text: str, postcode: str | None) -> None:
    assert read_postcode(text) == postcode


@pytest.mark.parametrize(
    ("text", "urn"),
    [("SC999001", "SC999001"), ("sc999001", "SC999001"), ("4244474", "4244474"), ("n/a", None)],
)
def test_only_a_number_of_the_regulator_is_sent_as_one(text: str, urn: str | None) -> None:
    assert read_urn(text) == urn
