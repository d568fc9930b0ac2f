"""The shell as people meet it: every common page at two widths, in both schemes, by keyboard, without JavaScript."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from charteroak.records.accounts.models import User

Look = Callable[[Page, str], None]


def test_citizen_home(page: Page, look: Look) -> None:
    page.goto("/")
    expect(page.locator("h1")).to_contain_text("A suspicious mail, or worse?")
    look(page, "home-citizen")


def test_sign_in_with_wrong_password_keeps_the_address_and_leads_to_the_error(
    page: Page, look: Look, security_lead: User
) -> None:
    page.goto("/account/sign-in/")
    look(page, "sign-in")
    page.get_by_label("Mail address").fill(security_lead.email)
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Mail address")).to_have_value(security_lead.email)
    look(page, "sign-in-error")


def test_signing_in_and_out(page: Page, look: Look, security_lead: User) -> None:
    page.goto("/account/sign-in/")
    page.get_by_label("Mail address").fill(security_lead.email)
    page.get_by_label("Password").fill("correct horse battery staple")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Lee Stone").click()
    look(page, "account")
    page.get_by_role("link", name="Change your password").click()
    look(page, "password")
    page.get_by_label("The password that you have").fill("wrong")
    page.get_by_label("The new password", exact=True).fill("three herons by the river")
    page.get_by_label("The new password again").fill("three herons by the river")
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_role("alert")).to_be_focused()
    look(page, "password-error")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()


def test_page_that_is_not_there(page: Page, look: Look) -> None:
    page.goto("/")
    page.evaluate("fetch('/static/leaf.svg')")
    response = page.request.get("/nowhere/")
    assert response.status == 404
    page.set_content(response.text())
    look(page, "not-found")


def test_keyboard_finds_the_skip_link_first_and_it_leads_to_the_content(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_whole_shell_works_without_javascript(open_page: Callable[..., Page]) -> None:
    page = open_page(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page.goto("/")
    page.get_by_role("button", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    page.locator("header summary").click()
    page.locator("header").get_by_role("link", name="Home").or_(page.get_by_role("link", name="Inicio")).click()
    expect(page.locator("h1")).to_be_visible()


def test_the_menu_is_folded_on_a_telephone_and_open_where_there_is_room(
    open_page: Callable[..., Page], security_lead: User
) -> None:
    page = open_page(security_lead, java_script_enabled=False, viewport={"width": 320, "height": 640})
    page.goto("/organisations/elm-hollow-bakery/safe-harbor/")
    practices = page.get_by_role("link", name="Practices", exact=True)
    expect(practices).not_to_be_visible()
    expect(page.locator("h1")).to_be_in_viewport()
    page.locator("header summary").click()
    expect(practices).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.reload()
    expect(page.locator("header summary")).not_to_be_visible()
    practices.click()
    expect(page).to_have_url(re.compile("/practices/$"))


def test_the_open_menu_is_usable(open_page: Callable[..., Page], security_lead: User, look: Look) -> None:
    page = open_page(security_lead, viewport={"width": 320, "height": 640})
    page.goto("/organisations/elm-hollow-bakery/safe-harbor/")
    page.locator("header summary").click()
    look(page, "menu-open")


def test_dark_scheme(open_page: Callable[..., Page]) -> None:
    page = open_page(color_scheme="dark")
    page.goto("/")
    page.screenshot(path="test-results/screens/home-citizen-dark.png", full_page=True)
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(18, 22, 19)"
