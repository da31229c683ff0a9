"""Danger, told from politeness."""

from __future__ import annotations

import time

import pytest

from bot.domain.distress import distress

DANGER = (
    "tolong|TOLONG!!!|tolooong|tolong kami|tolong saya pak|tolongin|tolong ada anak kecil|tolong banjir selutut|"
    "Tolong, ibu saya terjebak di dalam rumah|kami terjebak|kejebak di lantai atas|ada anak hanyut|motor saya terseret|"
    "anak saya tenggelam|ada yang kesetrum|airnya nyetrum|kabel listrik jatuh ke air|korsleting|butuh perahu|"
    "butuh perahu karet|tolong kirim perahu|perlu evakuasi|mohon evakuasi lansia|belum dievakuasi|minta di evakuasi|"
    "mau ngungsi tidak bisa|tidak bisa keluar rumah|gak bisa keluar|arusnya deras|ada korban jiwa|ibu saya pingsan|"
    "butuh ambulans|darurat|SOS|help|help us|please help me|we are trapped|someone is drowning|need a boat|need rescue|"
    "can't get out|cannot get out of the house"
)
PEACE = (
    "tolong ditindaklanjuti|tolong segera dibersihkan|tolong di cek pak|tolong pak selokannya di bersihkan|"
    "minta tolong dong diperbaiki salurannya|mohon tolong dipompa|tolong perhatiannya|tolong infonya min|"
    "tolong dibantu sedot airnya|tolong benerin got|tolong jangan buang sampah|tidak ada korban|tidak ada yang hanyut|"
    "tidak ada warga yang terjebak|sampah hanyut|tidak perlu evakuasi|belum perlu dievakuasi|nomor darurat berapa|"
    "help clean the drain|please help fix the pump|I need help with the bot|nobody is trapped|no need to evacuate|"
    "banjir selutut|air naik terus|mobil mogok|sosial|terima kasih|selutut|Jl. Mangga|halo|"
)


@pytest.mark.parametrize("text", DANGER.split("|"))
def test_danger_is_heard(text: str) -> None:
    assert distress(text)


@pytest.mark.parametrize("text", PEACE.split("|"))
def test_politeness_and_calm_words_are_no_alarm(text: str) -> None:
    assert not distress(text)


def test_a_call_and_a_request_are_two_sentences() -> None:
    assert distress("Tolong! Saluran di sini juga harus dibersihkan")


@pytest.mark.parametrize("piece", ["tolong ", "tidak ada ", "di ", "x", "help with "])
def test_long_texts_are_read_quickly(piece: str) -> None:
    began = time.process_time()
    distress(piece * 4096)
    assert time.process_time() - began < 0.5
