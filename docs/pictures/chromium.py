"""Drives a Chromium without a window, by its debugging protocol over a pipe."""

import base64
import fcntl
import json
import os
import subprocess
import time


class Chromium:
    def __init__(self, folder):
        commands, self._commands = os.pipe()
        self._answers, answers = os.pipe()
        # It reads 3 and writes 4; neither may be in the way of the other.
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 20) for end in (commands, answers)]
        options = ["--headless", "--no-sandbox", "--remote-debugging-pipe", "--no-first-run", "--hide-scrollbars", "--disable-gpu", f"--user-data-dir={folder}"]
        self._process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{ends[0]} 4>&{ends[1]}', "bash", "chromium", *options], pass_fds=ends, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for end in (commands, answers, *ends):
            os.close(end)
        self._unread = b""
        self._last = 0
        self._session = None
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait()

    def send(self, method, **parameters):
        self._last += 1
        message = {"id": self._last, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._last:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def open(self, address, width, height, scale=1.5, scheme="light"):
        self.look(width, height, scale, scheme)
        self.send("Page.navigate", url=address)

    def look(self, width, height, scale=1.5, scheme="light"):
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False)
        self.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def run(self, script):
        answer = self.send("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{script}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def until(self, script, seconds=60):
        over = time.monotonic() + seconds
        while not self.run(f"Boolean({script})"):
            if time.monotonic() > over:
                raise TimeoutError(script)
            time.sleep(0.05)

    def click(self, element):
        """As a user does: what is clicked by a script is not what a pointer has pressed. The element is a script."""
        x, y = self.run(f"(box => [box.x + box.width / 2, box.y + box.height / 2])({element}.getBoundingClientRect())")
        for what in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=what, x=x, y=y, button="left", clickCount=1)

    def picture(self, file):
        with open(file, "wb") as picture:
            picture.write(base64.b64decode(self.send("Page.captureScreenshot", format="png")["data"]))

    def _read(self):
        while b"\0" not in self._unread:
            more = os.read(self._answers, 1 << 16)
            if not more:
                raise EOFError("chromium has ended")
            self._unread += more
        message, self._unread = self._unread.split(b"\0", 1)
        return json.loads(message)
