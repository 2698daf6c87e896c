"""A picture of a terminal: tmux capture-pane -e -p | terminal.py FOLDER FILE."""

import html
import re
import sys

from chromium import Chromium

COLOURS = ["#2e3436", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d7dae0"]
BRIGHT = ["#7f848e", "#ff7b86", "#b5e890", "#ffd787", "#7cc4ff", "#dd9bf5", "#6fd3df", "#ffffff"]
STYLE = """
    html { background: #1b1e23; }
    pre { display: inline-block; margin: 0; padding: 12px 14px; color: #d7dae0; font: 14px/17px "DejaVu Sans Mono", monospace; }
"""


def change(style, codes):
    while codes:
        code = codes.pop(0)
        if code == 0:
            style.clear()
        elif code in (1, 2, 7):
            style[code] = True
        elif code == 22:
            style.pop(1, None), style.pop(2, None)
        elif code == 27:
            style.pop(7, None)
        elif code in (39, 49):
            style.pop("text" if code == 39 else "back", None)
        else:
            for first, colours in ((30, COLOURS), (90, BRIGHT)):
                for ground, name in ((0, "text"), (10, "back")):
                    if first + ground <= code < first + ground + 8:
                        style[name] = colours[code - first - ground]


def css(style):
    text, back = style.get("text", "#d7dae0"), style.get("back", "#1b1e23")
    if 7 in style:
        text, back = back, text
    return f"color:{text};background:{back};font-weight:{700 if 1 in style else 400};opacity:{0.65 if 2 in style else 1}"


def marked_up(screen):
    style, parts = {}, []
    for text, codes in re.findall(r"([^\x1b]+)|\x1b\[([\d;]*)m", screen):
        if text:
            parts.append(f'<span style="{css(style)}">{html.escape(text)}</span>')
        else:
            change(style, [int(code or 0) for code in codes.split(";")])
    return "".join(parts)


folder, file = sys.argv[1:]
with open(f"{folder}/terminal.html", "w", encoding="utf-8") as page:
    page.write(f'<!DOCTYPE html><meta charset="utf-8"><style>{STYLE}</style><body style="margin:0"><pre>{marked_up(sys.stdin.read().rstrip())}</pre>')
with Chromium(f"{folder}/terminal-profile") as browser:
    browser.open(f"file://{folder}/terminal.html", 1200, 900)
    browser.until("document.readyState === 'complete' && document.querySelector('pre')")
    width, height = browser.run("(box => [Math.ceil(box.width), Math.ceil(box.height)])(document.querySelector('pre').getBoundingClientRect())")
    browser.look(width, height)
    browser.picture(file)
