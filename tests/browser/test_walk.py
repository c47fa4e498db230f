"""A visitor walks through the site: with and without JavaScript, by keyboard, in English."""

import pytest

from browser.conftest import follow, wait_for_answers

EXPLORER = "/indikatorer/prov/bright_future/"


def heading(page) -> str:
    return page.locator("h1").inner_text()


def pictures_drawn(page) -> bool:
    """Whether every image on the page has loaded and has a size."""
    page.wait_for_load_state("networkidle")
    images = page.locator("img").all()
    return bool(images) and all(i.evaluate("i => i.complete && i.naturalWidth > 0") for i in images)


@pytest.mark.parametrize("javascript", [True, False])
def test_explorer_filter_profile_map_download(open_page, javascript):
    page = open_page("/indikatorer/", javascript=javascript)
    page.get_by_label("Sök bland indikatorerna").fill("framtid")
    follow(page.get_by_role("button", name="Sök"))
    assert page.get_by_role("status").first.inner_text().startswith("1 indikator ·")
    follow(page.get_by_role("link", name="Ljus framtid"))
    assert heading(page) == "Ljus framtid"

    page.get_by_label("Område", exact=True).select_option("0484")
    page.get_by_label("Grupper", exact=True).select_option("gender*year")
    follow(page.get_by_role("button", name="Visa", exact=True))
    assert page.url.endswith(f"{EXPLORER}?omrade=0484&ar=2023&grupp=gender*year")
    assert page.get_by_text("visas bara för större områden").count() == 1
    page.get_by_label("Område", exact=True).select_option("04")
    follow(page.get_by_role("button", name="Visa", exact=True))
    page.get_by_text("Visa som tabell").first.click()
    groups = page.get_by_role("rowheader", name="Tjejer, sover tillräckligt")
    assert groups.first.is_visible()

    if javascript:
        assert pictures_drawn(page)
    map_picture = page.locator("img[src*='/karta/']")
    assert map_picture.get_attribute("alt").startswith("Karta: Ljus framtid.")

    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == "prov-bright_future-1.csv"

    follow(page.get_by_role("navigation", name="Huvudmeny").get_by_text("Områden"))
    follow(page.get_by_role("link", name="Nyköping"))
    assert heading(page) == "Nyköping"
    assert page.locator("img[src*='/profil/']").count() == 1
    follow(page.get_by_role("rowheader", name="Ljus framtid").get_by_role("link"))
    assert page.url.endswith(f"{EXPLORER}?omrade=0480")


def test_a_choice_with_the_pointer_is_sent_at_once(open_page):
    page = open_page(EXPLORER)
    field = page.get_by_label("Område", exact=True)
    box = field.bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    field.dispatch_event("pointerdown")
    with page.expect_navigation():
        field.select_option("0480")
    assert page.locator(".key-figure__label").first.inner_text() == "Nyköping, 2023"


def focused(page) -> str:
    return page.evaluate("(document.activeElement.innerText || document.activeElement.id).trim()")


def test_keyboard_alone(open_page):
    page = open_page(EXPLORER)
    page.keyboard.press("Tab")
    assert focused(page) == "Hoppa till innehållet"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "filter-omrade"
    page.keyboard.press("ArrowDown")
    for _ in range(3):
        page.keyboard.press("Tab")
    assert focused(page) == "Visa"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "omrade=0484" in page.url
    assert page.locator(".key-figure__label").first.inner_text() == "Eskilstuna, 2023"


def test_english_all_the_way(open_page):
    page = open_page(EXPLORER + "?omrade=0484")
    follow(page.get_by_role("link", name="English"))
    assert page.url.endswith("/en" + EXPLORER + "?omrade=0484")
    assert (heading(page), page.locator("html").get_attribute("lang")) == ("Bright future", "en")
    assert page.locator("main h2").all_inner_texts() == [
        "In brief",
        "Groups and time",
        "Areas",
        "Method and downloads",
    ]
    follow(page.get_by_role("link", name="Areas", exact=True))
    assert heading(page) == "Areas"
    follow(page.get_by_role("link", name="Svenska"))
    assert heading(page) == "Områden"


def test_a_page_that_is_not_there_is_friendly(chromium, home):
    page = chromium.new_page()
    answer = page.goto(home + "/indikatorer/prov/nonsense/")
    assert (answer.status, heading(page)) == (404, "Sidan finns inte")
    follow(page.get_by_role("link", name="Gå till startsidan"))
    assert heading(page) == "Så har vi det i Södermanlands län"
    page.close()
    wait_for_answers()
