"""The demo's page in a real Chromium: what a visitor does, and what they see then."""

from __future__ import annotations

import random
import re

import pytest
from playwright.async_api import Locator, Page, expect
from starlette.routing import Mount

from bot.demo.page import page as page_of
from bot.demo.pictures import street_under_water
from bot.demo.world import DemoWorld
from bot.web.server import WebServer
from tests.browser.conftest import PATIENCE_MS, Visit

pytestmark = pytest.mark.browser

expect.set_options(timeout=PATIENCE_MS)

PHONE = {"width": 390, "height": 844}


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def message_field(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Pesan")


def row(page: Page, words: str) -> Locator:
    """A line of the list of what the bot knows."""
    return page.locator("#known-list .case").filter(has_text=words)


async def report(page: Page, kelurahan: str, depth: str) -> None:
    """From the first press to the receipt."""
    await button(page, "MULAI").click()
    await button(page, "📍 Kirim lokasi").click()
    await page.get_by_label("Kelurahan").select_option(label=kelurahan)
    await button(page, "Kirim lokasi ini").click()
    await button(page, depth).click()
    await expect(page.locator("#phone-log")).to_contain_text("diterima")


async def test_a_visitor_reports_and_sees_it_on_the_map(address: str, visit: Visit) -> None:
    page = (await visit(address)).page
    await expect(page.locator("#phone-log")).to_contain_text("Lapor di sini")  # what the bot says of itself
    await report(page, "Warakas", "Lutut ±50")
    tile = page.locator("#phone-log .tile")
    await expect(tile).to_be_visible()
    await expect(tile).to_have_attribute("aria-label", re.compile(r"ketelitian ± 8 m: -6\.12\d+, 106\.87"))
    found = row(page, "Kel. Warakas")
    await expect(found).to_contain_text("± 50 cm")
    await expect(page.locator("#known-map .mark.d3")).to_have_count(2)  # the neighbour's, and ours
    await found.click()
    await expect(found).to_have_attribute("aria-pressed", "true")
    await expect(page.locator("#known-map .mark.chosen")).to_have_count(1)
    await expect(page.locator("#known-map .labels")).to_contain_text("Warakas")


async def test_a_point_is_chosen_by_a_click_on_the_map(address: str, visit: Visit) -> None:
    page = (await visit(address)).page
    await button(page, "MULAI").click()
    await button(page, "📍 Kirim lokasi").click()
    where = page.locator("#picker-where")
    await expect(where).to_contain_text("Kel. Sungai Bambu")
    box = await page.locator("#picker-map").bounding_box()
    assert box is not None
    await page.mouse.click(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.45)
    await expect(where).to_contain_text("Kel. Papanggo")
    await page.get_by_label("Kelurahan").select_option(label="Ancol")
    await expect(where).to_contain_text("Kel. Ancol, Kec. Pademangan")
    await page.mouse.move(box["x"] + 100, box["y"] + 100)
    await page.mouse.down()
    await page.mouse.move(
        box["x"] + 100, box["y"] + 180, steps=4
    )  # the map follows the hand: the sea comes under the pin
    await page.mouse.up()
    await expect(where).to_contain_text("Di luar Jakarta Utara")
    await page.get_by_label("± 200 m").check()
    await page.keyboard.press("Escape")
    await expect(page.locator("#picker")).to_be_hidden()
    await expect(button(page, "📍 Kirim lokasi")).to_be_focused()


async def test_everything_is_done_on_the_keyboard_alone(address: str, visit: Visit) -> None:
    page = (await visit(address)).page

    async def go_to(target: Locator) -> None:
        for _ in range(60):
            if await target.evaluate("element => element === document.activeElement"):
                return
            await page.keyboard.press("Tab")
        raise AssertionError(f"the Tab key does not reach {target}")

    async def press(name: str) -> None:
        await button(page, name).wait_for()
        await go_to(button(page, name))
        await page.keyboard.press("Enter")

    await press("MULAI")
    await press("📍 Kirim lokasi")
    await expect(page.get_by_label("Kelurahan")).to_be_focused()
    await page.keyboard.type("Marunda")
    await expect(page.locator("#picker-where")).to_contain_text("Kel. Marunda")
    await go_to(page.locator("#picker-map"))
    before = await page.locator("#picker-where").inner_text()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("+")
    assert await page.locator("#picker-where").inner_text() != before
    await press("Kirim lokasi ini")
    await expect(message_field(page)).to_be_focused()
    await press("Betis ±30")
    await expect(page.locator("#phone-log")).to_contain_text("sebetis (±30 cm)")
    await go_to(message_field(page))
    await page.keyboard.type("Jl. Sungai Tiram")
    await page.keyboard.press("Enter")
    await expect(row(page, "Jl. Sungai Tiram")).to_contain_text("± 30 cm")
    await press("Menu")
    await page.keyboard.press("Escape")
    await expect(button(page, "Menu")).to_be_focused()


async def test_the_morning_digest_comes_after_a_skip(evening_address: str, visit: Visit) -> None:
    page = (await visit(evening_address)).page
    await expect(page.locator("#channel-empty")).to_be_visible()
    await page.locator("#skip").click()
    digest = page.locator("#channel-log .message").filter(has=page.locator("img.photo")).first
    await digest.wait_for(timeout=90_000)
    await expect(digest).to_contain_text("Update pukul 06.00 WIB")
    await expect(page.locator("#channel-log .message").last).to_contain_text("Tabel lengkap")
    await expect(page.locator("#channel-empty")).to_be_hidden()
    picture = digest.locator("img.photo")
    await expect(picture).to_be_in_viewport()  # it is long: its beginning shows
    assert await picture.evaluate("async image => { await image.decode(); return image.naturalWidth }") == 1280
    await expect(page.locator("#clock-time")).to_contain_text(re.compile(r"0[56]\.\d\d"))
    assert int(await page.locator("#count-reporters").inner_text()) > 20
    link = digest.get_by_role("link", name="Jl. Kampung Sepatan").first
    name = await link.inner_text()
    await link.click()
    await expect(page.locator("#known-map .mark.chosen title")).to_contain_text(name[:20])
    await page.locator("#channel-newest").click()
    await expect(page.locator("#channel-newest")).to_be_hidden()


async def test_the_offices_cards_are_read_and_worked_on(evening_address: str, visit: Visit) -> None:
    page = (await visit(evening_address)).page
    await page.locator("#skip").click()
    office = page.locator("#office-log")
    await expect(page.get_by_role("radio", name="Satpel Tanjung Priok")).to_be_checked(timeout=90_000)
    await expect(office).to_contain_text("Selesai, ditangani", timeout=90_000)  # whose case is watched
    await page.get_by_role("radio", name="Piket Sudin SDA").click()
    await expect(page.locator("#office-title")).to_have_text("Piket Sudin SDA")
    await expect(page.locator("#skip")).to_be_enabled(timeout=90_000)
    card = office.locator(".message").filter(has_text="Titik di peta").last  # which nobody has taken up
    await card.get_by_role("button", name="Saya tangani").click()
    await expect(page.locator("#office-toast")).to_have_text("Tersimpan")
    await expect(card).to_contain_text("Ditangani Anda sejak")
    await card.get_by_role("button", name="Selesai").click()
    await card.get_by_role("link", name="Tidak ditemukan").click()
    await expect(page.locator("#phone-log")).to_contain_text("tulis di mana dicari")


async def test_typed_markup_photos_commands_and_toasts(address: str, visit: Visit) -> None:
    page = (await visit(address)).page
    await report(page, "Lagoa", "Paha ±70")
    typed = "Jl. <img src=x onerror=alert(1)> & <b>pasar</b>"
    await message_field(page).fill(typed)
    await page.keyboard.press("Enter")
    await expect(row(page, typed)).to_be_visible()
    await expect(page.locator("#phone-log .message.mine").last).to_contain_text(typed)
    assert await page.locator("#phone-log .text img, #known-list img").count() == 0
    await button(page, "Lampirkan").click()
    await button(page, "Foto jalan, air selutut").click()
    photo = page.locator("#phone-log img.photo")
    await expect(photo).to_be_visible()
    assert await photo.evaluate("async image => { await image.decode(); return image.naturalWidth }") == 320
    await expect(page.locator("#phone-log")).to_contain_text("Foto ditambahkan")
    await button(page, "Tidak bisa lewat").click()
    await expect(page.locator("#phone-toast")).to_have_text("Tersimpan")
    receipt = page.locator("#phone-log .message").filter(has_text="tidak bisa dilewati")
    await expect(receipt).to_contain_text("diedit")
    await button(page, "Tombol bot").click()
    await expect(button(page, "📍 Kirim lokasi")).to_be_hidden()
    await button(page, "Tombol bot").click()
    await expect(button(page, "📍 Kirim lokasi")).to_be_visible()
    await button(page, "Menu").click()
    await page.locator("#menu").get_by_text("/status", exact=True).click()
    await expect(page.locator("#phone-log .message").last).to_contain_text("Laporan Anda")


async def test_links_and_commands_in_a_text_are_marked_and_lead_somewhere(address: str, visit: Visit) -> None:
    page = (await visit(address)).page
    await report(page, "Lagoa", "Belum tahu")
    place = "https://maps.google.com/?q=-6.1545,106.8965"
    await message_field(page).fill(f"🌧️🌧️ lihat {place} lalu /status ya")
    await page.keyboard.press("Enter")
    mine = page.locator("#phone-log .message.mine").last
    await expect(mine.get_by_role("link")).to_have_text(place)
    await mine.get_by_role("link").click()
    await expect(row(page, "Kelapa Gading Barat")).to_have_attribute("aria-pressed", "true")
    await expect(mine.locator(".command")).to_have_text("/status")
    await mine.locator(".command").click()
    await expect(page.locator("#phone-log .message").last).to_contain_text("Laporan Anda")
    await button(page, "Lainnya …").click()
    await page.get_by_role("link", name="Bagikan").click()
    await expect(page.locator("#phone-toast")).to_contain_text("?start=r_")


async def test_a_picture_from_the_disk_is_sent_as_a_photo(address: str, visit: Visit) -> None:
    page = (await visit(address)).page
    await report(page, "Lagoa", "Belum tahu")
    chooser = page.locator("#attach-photo")
    picture = street_under_water(random.Random(2), 60)
    await chooser.set_input_files({"name": "banjir.png", "mimeType": "image/png", "buffer": picture})
    photo = page.locator("#phone-log img.photo")
    await expect(photo).to_be_visible()
    answer = await page.request.get(await photo.evaluate("image => image.src"))
    assert answer.headers["content-type"] == "image/jpeg"  # as Telegram makes of any photo
    await chooser.set_input_files({"name": "banjir.png", "mimeType": "image/png", "buffer": b"no picture"})
    await expect(page.get_by_role("alert")).to_contain_text("bukan foto")


async def test_neighbours_phones_are_for_looking_only(address: str, visit: Visit) -> None:
    page = (await visit(address)).page
    await page.get_by_role("radio", name="Bu Siti").click()
    await expect(page.get_by_role("heading", name="Ponsel Bu Siti")).to_be_visible()
    await expect(page.locator("#phone-log")).to_contain_text("Jl. <i>Boulevard</i> Barat & halte")
    assert await page.locator("#phone-log .buttons button:enabled").count() == 0
    await expect(message_field(page)).to_be_hidden()
    await expect(button(page, "MULAI")).to_be_hidden()
    await page.keyboard.press("ArrowLeft")  # back to one's own
    await expect(page.get_by_role("heading", name="Ponsel Anda")).to_be_visible()
    await expect(button(page, "MULAI")).to_be_visible()


async def test_on_a_phone_the_parts_stand_behind_tabs(address: str, visit: Visit) -> None:
    page = (await visit(address, viewport=PHONE, has_touch=True, is_mobile=True)).page
    await report(page, "Rorotan", "Pinggang ±90")
    await expect(page.locator("#known-map")).to_be_hidden()
    await page.locator(".tabs").get_by_text("Peta").tap()
    await expect(row(page, "Kel. Rorotan")).to_contain_text("± 90 cm")
    await expect(page.locator("#phone-log")).to_be_hidden()
    await page.locator("#skip").tap()
    await expect(page.locator("#channel-dot")).to_be_visible(timeout=60_000)
    await page.locator(".tabs").get_by_text("Kanal SDA").tap()
    await expect(page.locator("#channel-log img.photo").first).to_be_in_viewport()
    for tab in ("Ponsel", "Petugas", "Kanal SDA", "Peta"):
        await page.locator(".tabs").get_by_text(tab).tap()
        assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        assert await page.evaluate("document.documentElement.scrollHeight") == PHONE["height"]


async def test_the_clock_stops_runs_and_begins_anew(address: str, visit: Visit, world: DemoWorld) -> None:
    page = (await visit(address)).page
    await report(page, "Koja", "Mata kaki ±10")
    await button(page, "Berhenti").click()
    await expect(button(page, "Berhenti")).to_have_attribute("aria-pressed", "true")
    stood = await page.locator("#clock-time").inner_text()
    await page.wait_for_timeout(1500)
    assert await page.locator("#clock-time").inner_text() == stood
    await button(page, "600 kali lebih cepat").click()
    await expect(page.locator("#clock-time")).not_to_have_text(stood)
    page.on("dialog", lambda dialog: dialog.accept())
    await button(page, "Ulangi malam ini dari awal").click()
    await expect(button(page, "MULAI")).to_be_visible()
    await expect(row(page, "Kel. Koja")).to_have_count(0)
    assert world.generation == 1


async def test_in_english_the_phone_speaks_english(address: str, visit: Visit) -> None:
    page = (await visit(address, "/?lang=en")).page
    await expect(page.get_by_role("heading", name="What the bot knows")).to_be_visible()
    await button(page, "START").click()
    await expect(button(page, "📍 Send location")).to_be_visible()
    await page.get_by_role("link", name="Indonesia").click()
    await expect(page.get_by_role("heading", name="Yang diketahui bot")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_words_stand_out_by_day_and_by_night(address: str, visit: Visit, scheme: str) -> None:
    page = (await visit(address, color_scheme=scheme)).page
    await expect(row(page, "Kel. Kelapa Gading Barat")).to_be_visible()
    ink = await brightness(page.locator("#known-list strong").first, "color")
    card = await brightness(page.locator(".known-part"), "backgroundColor")
    assert abs(ink - card) > 150
    assert (card > ink) == (scheme == "light")


async def brightness(element: Locator, of: str) -> float:
    """Of a colour as the browser computes it, 0 to 255 (Rec. 709 weights)."""
    colour: str = await element.evaluate("(element, of) => getComputedStyle(element)[of]", of)
    red, green, blue = (float(part) for part in re.findall(r"[\d.]+", colour)[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


async def test_a_lost_connection_is_told_and_mended(world: DemoWorld, visit: Visit) -> None:
    routes = [Mount("/", page_of(world))]
    web = WebServer(routes, "127.0.0.1", 0)
    await web.start()
    visitor = await visit(f"http://127.0.0.1:{web.port}")
    page = visitor.page
    await report(page, "Pluit", "Betis ±30")
    await web.stop()
    await expect(page.get_by_role("alert")).to_contain_text("terputus")
    world.you.send_text("masih banjir")
    again = WebServer(routes, "127.0.0.1", web.port)
    await again.start()
    try:
        await expect(page.get_by_role("alert")).to_be_hidden()
        await expect(page.locator("#phone-log .message.mine").last).to_contain_text("masih banjir")
        visitor.complaints.clear()  # the browser rightly told of the connection it lost
        await page.close()
    finally:
        await again.stop()
