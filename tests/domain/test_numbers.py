from bot.domain.numbers import number_of, numbers_in, read_number

KEY = b"0123456789abcdef"


def test_numbers_are_short_and_never_twice() -> None:
    numbers = [number_of(case_id, KEY) for case_id in range(1, 40_000)]
    assert len(set(numbers)) == len(numbers)
    assert len(numbers[0]) == 3
    assert max(map(len, numbers)) == 5


def test_a_number_does_not_tell_the_next() -> None:
    first, second = number_of(1, KEY), number_of(2, KEY)
    assert first[:2] != second[:2]
    assert number_of(1, b"another key 1234") != first


def test_numbers_hold_nothing_that_is_misread() -> None:
    assert not set("".join(number_of(n, KEY) for n in range(1, 4000))) & set("IOQUV01")


def test_no_number_reads_like_an_rt_or_rw() -> None:
    assert not [number for n in range(1, 4000) if (number := number_of(n, KEY)).startswith(("RT", "RW"))]
    assert read_number("RT 5") is None


def test_a_number_is_read_as_people_type_it() -> None:
    assert read_number(" ka7") == "KA7"
    assert read_number("#KA-72") == "KA72"
    assert read_number("jalan 7") is None
    assert numbers_in("✅ Laporan KA7 diterima, seperti MD32. Ka8") == ["KA7", "MD32"]
    assert read_number("KA") is None
