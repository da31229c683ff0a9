"""Any order works, only what is missing is asked for, and nothing that was said is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from bot.domain import conversation
from bot.domain.conversation import advance, go_on
from bot.domain.models import Area, Depth, DepthLevel, Fault, Kind, Place, Report
from bot.domain.records import Draft, Photo
from bot.domain.steps import Act, Add, File, FindAddress, Heard, Step
from tests.helpers.builders import report
from tests.helpers.clock import EVENING

ME = 7
NEXT = 41
KNEE = Depth.of(DepthLevel.KNEE)
AREA = Area("31.72.02.1004", "Sungai Bambu", "Tanjung Priok", "Jakarta Utara")
HERE = Place(-6.1292, 106.8805, 12.0, AREA.code)
PHOTO = Photo(0, "file", "unique", EVENING)


def hear(**what: object) -> Heard:
    return replace(Heard(at=EVENING, message_id=1), **what)  # type: ignore[arg-type]


LOCATION = hear(place=HERE, area=AREA)
DEPTH = hear(text="selutut", depth=KNEE, bare_depth=KNEE, message_id=2)
PICTURE = hear(photo=PHOTO, message_id=3)


def told(*messages: Heard, draft: Draft | None = None) -> Step:
    """What the last of these messages led to."""
    step = Step(draft)
    for heard in messages:
        step = advance(step.draft, heard, ME, NEXT, [])
    return step


def test_a_location_is_answered_with_the_question_for_the_depth() -> None:
    step = told(LOCATION)
    assert not step.acts
    [reply] = step.replies
    assert reply.say.text == "ask.depth"
    assert reply.say.values["area"] == {
        "kelurahan": "Sungai Bambu",
        "kecamatan": "Tanjung Priok",
        "kota": "Jakarta Utara",
    }
    buttons = [choice for row in reply.say.choices for choice in row]
    assert [choice.args for choice in buttons] == [(str(NEXT), level.value) for level in DepthLevel]


def test_one_location_and_one_tap_are_a_report() -> None:
    asked = told(LOCATION)
    assert asked.draft is not None
    step = go_on(replace(asked.draft, depth=KNEE), by_press=True)
    [act] = step.acts
    assert isinstance(act, File)
    assert act.by_press
    assert (act.draft.place, act.draft.depth) == (HERE, KNEE)
    assert step.draft is not None
    assert step.draft.filed


@pytest.mark.parametrize("order", list(permutations([LOCATION, DEPTH, PICTURE])))
def test_location_depth_and_photo_come_in_any_order(order: tuple[Heard, ...]) -> None:
    step = Step(None)
    acts: list[Act] = []
    mine: list[Report] = []
    for heard in order:
        step = advance(step.draft, heard, ME, NEXT, mine)
        acts += step.acts
        if any(isinstance(act, File) for act in step.acts):
            mine = [report(id=NEXT, person_id=ME, at=EVENING)]
    [filed] = [act.draft for act in acts if isinstance(act, File)]
    added = [act for act in acts if isinstance(act, Add)]
    assert (filed.place, filed.depth) == (HERE, KNEE)
    assert len(filed.photos) + sum(act.photo is not None for act in added) == 1


def test_a_draft_stays_small_whatever_is_sent() -> None:
    messages = [hear(photo=replace(PHOTO, file_unique_id=str(n)), text="air " * 900, message_id=n) for n in range(99)]
    draft = told(*messages).draft
    assert draft is not None
    assert [photo.file_unique_id for photo in draft.photos] == [str(n) for n in range(79, 99)]
    assert len(draft.messages) <= 20
    assert len(draft.note or "") <= 4000
    assert len(draft.name or "") <= 80


def test_a_photo_first_is_kept_and_the_place_asked_for() -> None:
    step = told(PICTURE)
    assert step.draft is not None
    assert step.draft.photos == (PHOTO,)
    assert [reply.say.text for reply in step.replies] == ["ask.where.genangan"]
    assert step.replies[0].say.values["got"] == "got.photo"


def test_an_album_is_answered_once() -> None:
    first = told(hear(photo=PHOTO, album="a"))
    second = told(hear(photo=PHOTO, album="a", message_id=4), draft=first.draft)
    assert first.replies
    assert not second.replies
    assert second.draft is not None
    assert len(second.draft.photos) == 2


def test_a_bare_number_is_a_depth_only_where_one_was_asked_for() -> None:
    forty = hear(text="40", bare_depth=Depth.from_cm(40), message_id=5)
    [act] = told(LOCATION, forty).acts
    assert isinstance(act, File)
    assert act.draft.depth == Depth.from_cm(40)
    assert not told(forty).acts


def test_talk_that_is_no_report_is_answered_with_how_to_begin() -> None:
    step = told(hear(text="halo"))
    assert [reply.say.text for reply in step.replies] == ["say.greeting"]
    assert step.draft is None


def test_words_of_flood_begin_a_report() -> None:
    step = told(hear(text="banjir parah di sini", flood=True))
    assert [reply.say.text for reply in step.replies] == ["ask.where.genangan"]
    assert step.draft is not None
    assert step.draft.note == "banjir parah di sini"


def test_danger_brings_the_emergency_number_in_the_same_answer() -> None:
    for heard in (hear(text="tolong, ibu terjebak", danger=True), replace(LOCATION, danger=True)):
        [reply] = told(heard).replies
        assert reply.say.values["safety"] == "say.safety"


def test_a_rough_position_is_pointed_out_without_holding_up_the_report() -> None:
    [reply] = told(hear(place=replace(HERE, accuracy_m=400.0), area=AREA)).replies
    assert reply.say.values["accuracy_m"] == 400.0
    [exact] = told(LOCATION).replies
    assert exact.say.values["accuracy_m"] is None


def test_a_swapped_point_is_shown_on_a_pin_and_nothing_else_is_lost() -> None:
    step = told(hear(trouble="place.swapped", perhaps=HERE, area=AREA, photo=PHOTO))
    [reply] = step.replies
    assert reply.say.pin == (HERE.lat, HERE.lon)
    assert step.draft is not None
    assert step.draft.found == (HERE,)
    assert step.draft.photos == (PHOTO,)


def test_an_impossible_point_leaves_the_draft_as_it_was() -> None:
    draft = told(PICTURE).draft
    step = told(hear(trouble="place.zero"), draft=draft)
    assert [reply.say.text for reply in step.replies] == ["place.zero"]
    assert step.draft == draft


def test_a_drain_needs_a_place_and_what_is_wrong() -> None:
    draft = conversation.begin(ME, NEXT, EVENING, Kind.DRAIN)
    asked = told(LOCATION, draft=draft)
    assert asked.draft is not None
    assert [reply.say.text for reply in asked.replies] == ["ask.fault"]
    [act] = go_on(replace(asked.draft, fault=Fault.PUMP), by_press=True).acts
    assert isinstance(act, File)
    assert act.draft.fault is Fault.PUMP


def test_after_the_number_a_street_is_its_name_and_a_photo_is_added() -> None:
    mine = [report(id=NEXT, person_id=ME, at=EVENING)]
    focus = Draft(NEXT, ME, EVENING, filed=True, expecting="name")
    [named] = advance(focus, hear(text="Jl. Mangga depan masjid", street=True), ME, 99, mine).acts
    assert named == Add(NEXT, name="Jl. Mangga depan masjid")
    [pictured] = advance(focus, PICTURE, ME, 99, mine).acts
    assert isinstance(pictured, Add)
    assert pictured.photo == PHOTO


def test_after_the_number_a_story_is_a_note_and_not_a_name() -> None:
    mine = [report(id=NEXT, person_id=ME, at=EVENING)]
    focus = Draft(NEXT, ME, EVENING, filed=True, expecting="name")
    story = "airnya bau dan sudah masuk rumah"
    assert advance(focus, hear(text=story), ME, 99, mine).acts == (Add(NEXT, note=story),)
    landmark = "masjid Al-Huda"
    assert advance(focus, hear(text=landmark), ME, 99, mine).acts == (Add(NEXT, name=landmark),)


def test_after_the_number_a_depth_in_words_corrects_it() -> None:
    mine = [report(id=NEXT, person_id=ME, at=EVENING)]
    waist = Depth.of(DepthLevel.WAIST)
    [act] = advance(None, hear(text="sekarang sepinggang", depth=waist), ME, 99, mine).acts
    assert act == Add(NEXT, depth=waist)


def test_a_new_location_after_the_number_is_a_new_report() -> None:
    mine = [report(id=NEXT, person_id=ME, at=EVENING)]
    step = advance(Draft(NEXT, ME, EVENING, filed=True, expecting="name"), LOCATION, ME, 99, mine)
    assert step.draft is not None
    assert (step.draft.id, step.draft.filed) == (99, False)


def test_a_location_after_perbaiki_titik_moves_the_report() -> None:
    mine = [report(id=NEXT, person_id=ME, at=EVENING)]
    step = advance(Draft(NEXT, ME, EVENING, filed=True, expecting="place"), LOCATION, ME, 99, mine)
    assert step.acts == (Add(NEXT, place=HERE),)


def test_an_edit_of_the_depth_corrects_the_draft() -> None:
    draft = told(hear(text="banjir sebetis", depth=Depth.of(DepthLevel.CALF), message_id=8)).draft
    step = told(hear(text="banjir selutut", depth=KNEE, message_id=8, field="depth"), draft=draft)
    assert step.draft is not None
    assert step.draft.depth == KNEE
    assert not step.replies


def test_a_street_in_words_is_looked_for_and_never_merged_by_itself() -> None:
    middle = conversation.words_place(AREA, -6.13, 106.88)
    draft = replace(conversation.begin(ME, NEXT, EVENING), expecting="words", found=(middle,))
    [act] = told(hear(text="Jl. Gaya Motor 2", street=True), draft=draft).acts
    assert isinstance(act, FindAddress)
    assert act.draft.found[0].approximate
    assert act.draft.name == "Jl. Gaya Motor 2"


def test_what_was_said_hours_ago_is_another_matter() -> None:
    old = told(hear(text="banjir selutut", depth=KNEE, flood=True)).draft
    later = replace(LOCATION, at=EVENING + timedelta(hours=7))
    step = advance(old, later, ME, 99, [])
    assert [reply.say.text for reply in step.replies] == ["ask.depth"]
    assert not step.acts
