"""The headless Chromium that pages are looked at with."""

from __future__ import annotations

import contextlib
import shutil

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
READY = "body[data-ready=yes]"


@contextlib.contextmanager
def launched(playwright):
    """A browser for a whole module of tests; `playwright` is `playwright.sync_api`."""
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield chromium
        chromium.close()


@contextlib.contextmanager
def pages(browser, address, **always):
    """`open_page(address, **options)`: a page, drawn, with all it asked for and complained of, dialogs among it."""
    made = []

    def open_page(address=address, **options):
        context = browser.new_context(**always, **options)
        made.append(context)
        page = context.new_page()
        page.requests, page.complaints = [], []
        page.on("request", lambda request: page.requests.append(request.url))
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("dialog", lambda dialog: (page.complaints.append("dialog"), dialog.dismiss()))
        page.goto(address)
        page.wait_for_selector(READY)
        return page

    yield open_page
    for context in made:
        context.close()


def redrawn(page, act):
    """Do something and wait until every figure is drawn again."""
    page.evaluate("document.body.dataset.ready = ''")
    act()
    page.wait_for_selector(READY)
