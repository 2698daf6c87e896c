"""Pictures of the page: page.py ADDRESS TOKEN SECONDS FOLDER, after so many seconds of traffic on its chart."""

import json
import sys
import time

from chromium import Chromium

address, token, seconds, folder = sys.argv[1:]
STATE = "document.querySelector('#state').textContent"

with Chromium(f"{folder}/page-profile") as browser:
    browser.open(address, 1280, 800)
    browser.until("document.querySelector('#sign-in')?.open")
    browser.run(f"document.querySelector('#sign-in-token').value = {json.dumps(token)}; document.querySelector('#sign-in-form').requestSubmit()")
    browser.until(f"{STATE} === 'Live'")
    time.sleep(float(seconds))

    browser.click("[...document.querySelectorAll('#connections-grid .head button')].find(button => button.textContent.startsWith('Rate'))")
    time.sleep(2.5)
    browser.picture(f"{folder}/page-light.png")

    browser.look(1280, 800, scheme="dark")
    browser.click("document.querySelectorAll('#connections-grid .rows .row:not([hidden])')[1]")
    browser.until("!document.querySelector('#details').hidden")
    time.sleep(4)
    browser.picture(f"{folder}/page-dark.png")

    browser.click("document.querySelector('#details-close')")
    browser.look(400, 800)
    time.sleep(2.5)
    browser.picture(f"{folder}/page-narrow.png")
