"""Names of places in the words people use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.place_names import Names, Relation, names_in, relation


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Jl. Mangga 2 RT02/10", Names(streets=frozenset({"mangga 2"}), rt=2, rw=10)),
        ("jln mangga II rt 2 rw 010 dekat indomaret", Names(streets=frozenset({"mangga 2"}), rt=2, rw=10)),
        ("banjir selutut di Jalan Yos Sudarso Raya arah priok", Names(streets=frozenset({"yos sudarso"}))),
        ("Gg. Kelinci III no. 4", Names(streets=frozenset({"gg kelinci 3"}))),
        ("pojok jl Mangga, jl Jeruk", Names(streets=frozenset({"mangga", "jeruk"}))),
        ("Komplek Sunter Indah blok C 5", Names(estates=frozenset({"sunter indah"}), blocks=frozenset({"c5"}))),
        ("Perum Taman Permata Blok D no 3", Names(estates=frozenset({"taman permata"}), blocks=frozenset({"d"}))),
        ("R.T. 003 R.W. 05", Names(rt=3, rw=5)),
        ("RW 07 semua terendam", Names(rw=7)),
        ("rt 4", Names(rt=4)),
        ("Jl. RE Martadinata (JIS)", Names(streets=frozenset({"re martadinata"}))),
        ("jalan sudah terendam, jalan depan rumah macet", Names()),
        ("airnya masuk rumah, art 5 orang", Names()),
        ("", Names()),
    ],
)
def test_names_are_found_however_they_are_written(text: str, names: Names) -> None:
    assert names_in(text) == names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jl. Mangga 2 RT02/10", "jln mangga II dekat indomaret"),
        ("Gang Kelinci 3", "gg. kelinci III"),
        ("RT 02/10", "rt.002 rw.010"),
        ("blok C5", "Blok C 5"),
        ("Jl Cempaka, dekat Jl. Jeruk", "Jl. Jeruk"),
    ],
)
def test_the_same_place_in_other_spellings(one: str, other: str) -> None:
    assert relation(names_in(one), names_in(other)) is Relation.SAME


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jl. Mangga 2", "Jalan Mangga 3"),
        ("Jl. Boulevard Barat", "jl boulevard timur"),
        ("Jl. Cakung Cilincing Raya", "Jl. Lestari 8"),
        ("RT 02/10", "RT 03/10"),
        ("RW 4", "RT 1 RW 5"),
        ("Komplek Sunter Indah blok C", "komp. sunter indah Blok D"),
        ("Komplek Sunter Indah", "Perum Gading Permai"),
    ],
)
def test_names_that_contradict_each_other(one: str, other: str) -> None:
    assert relation(names_in(one), names_in(other)) is Relation.DIFFERENT


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jl. Mangga", "depan Indomaret"),  # a landmark says nothing about a street
        ("Jl. Boulevard", "Jl. Boulevard Barat"),  # cut short
        ("Jl. Martadinata", "Jl. Marthadinata"),  # misspelt
        ("Jl. Mangga", "Gg. Mangga"),  # the alley off the street
        ("Jl. Mangga RT 1/2", "Jl Mangga RT 2/2"),  # one thing agrees, another does not
        ("Komplek Sunter Indah", "perum sunter indah"),  # an estate floods in several places
        ("RW 10", "RW 10"),
        ("RT 3", "RT 3"),  # of which RW?
    ],
)
def test_what_proves_nothing(one: str, other: str) -> None:
    assert relation(names_in(one), names_in(other)) is Relation.UNKNOWN


SCRAPS = "jl gg jalan rt rw blok komplek mangga 2 3 II jeruk barat timur 02/10 , . dekat banjir boulevard kelinci"
WORDS = st.lists(st.sampled_from(SCRAPS.split()), max_size=10).map(" ".join)


@given(one=WORDS | st.text(max_size=40), other=WORDS | st.text(max_size=40))
def test_any_two_texts_compare_the_same_both_ways(one: str, other: str) -> None:
    assert relation(names_in(one), names_in(other)) is relation(names_in(other), names_in(one))


@given(WORDS | st.text(max_size=60))
def test_a_text_never_contradicts_itself(text: str) -> None:
    assert relation(names_in(text), names_in(text)) is not Relation.DIFFERENT
