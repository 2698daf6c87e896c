import { get } from "./api.js";

// What happens on the server: by its event stream while the page is in sight, else, and where the stream fails, by asking once a second.
// A browser opens six connections to a host at most, so hidden tabs must not each hold one.

const silence = 5000; // Milliseconds without an event (totals come every second) after which the stream counts as dead.
const period = 1000;
const longestWait = 10_000;

export class Feed {
    #on;
    #running = false;
    #wake = () => {};
    #streamNotBefore = 0;

    /** @param on { totals, closed, refused, down, signIn }: each is called with what its name says; down with a line and the wait. */
    constructor(on) {
        this.#on = on;
        document.addEventListener("visibilitychange", () => this.#wake());
    }

    async run() {
        if (this.#running) {
            return;
        }

        this.#running = true;
        let failures = 0;
        while (this.#running) {
            let wait = period;
            try {
                this.#on.totals(await get("/v1/connectors"));
                failures = 0;
                if (!document.hidden && performance.now() >= this.#streamNotBefore) {
                    await this.#listen();
                    continue;
                }
            } catch (error) {
                if (error.status === 401) {
                    this.#running = false;
                    this.#on.signIn();
                    return;
                }

                wait = Math.min(period * 2 ** failures++, longestWait);
                this.#on.down(error.message, wait);
            }

            await new Promise(resolve => this.#sleep(wait, resolve));
        }
    }

    #sleep(milliseconds, resolve) {
        const timer = setTimeout(resolve, milliseconds);
        this.#wake = () => {
            clearTimeout(timer);
            resolve();
        };
    }

    /** Until the stream fails, falls silent, or the page is hidden. */
    #listen() {
        return new Promise(resolve => {
            const stream = new EventSource("/v1/events?connections=none");
            let watchdog;
            const end = failed => {
                clearTimeout(watchdog);
                stream.close();
                this.#streamNotBefore = failed ? performance.now() + silence : 0;
                resolve();
            };
            const alive = () => {
                clearTimeout(watchdog);
                watchdog = setTimeout(() => end(true), silence);
            };
            const listen = (name, handler) => stream.addEventListener(name, event => {
                alive();
                handler?.(JSON.parse(event.data));
            });

            listen("snapshot", this.#on.totals);
            listen("totals", this.#on.totals);
            listen("closed", this.#on.closed);
            listen("refused", this.#on.refused);
            stream.onerror = () => end(true);
            this.#wake = () => document.hidden && end(false);
            alive();
        });
    }
}
