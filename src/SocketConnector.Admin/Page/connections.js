import { get } from "./api.js";

// The list of connections, which the server sorts, filters and cuts: this holds the part around what is visible.

const ahead = 100; // Rows asked for beyond each edge while scrolling, about two screens.
const kept = 1000;

export class ConnectionList {
    #history;
    #on;
    #query = { connector: "", filter: "", sort: "id", order: "asc" };
    #loaded = new Map();
    #visible = [0, 0];
    #stop = null;
    #again = false;

    count = 0;
    total = 0;

    /** @param on { changed(), failed(error) } */
    constructor(history, on) {
        this.#history = history;
        this.#on = on;
    }

    get query() {
        return this.#query;
    }

    at = index => this.#loaded.get(index);

    key = connection => connection.id;

    /** Another sort or filter: nothing that is loaded is in its place any more. */
    ask(change) {
        this.#query = { ...this.#query, ...change };
        this.#loaded.clear();
        this.#stop?.abort();
        this.#stop = null;
        return this.refresh();
    }

    /** Loads what is visible anew. */
    refresh() {
        const [first, last] = this.#visible;
        return this.#load(first, last);
    }

    /** What the grid shows now: loads it where a row is missing. */
    want(first, last) {
        this.#visible = [first, last];
        for (let index = first; index < last; index++) {
            if (!this.#loaded.has(index)) {
                this.#load(first - ahead, last + ahead);
                return;
            }
        }
    }

    /** One request at a time: while a list is dragged along, only the last place counts. */
    async #load(first, last) {
        if (this.#stop) {
            this.#again = true;
            return;
        }

        const stop = this.#stop = new AbortController();
        const offset = Math.max(0, first);
        const limit = Math.max(50, Math.min(1000, last - offset));
        try {
            this.#take(await get("/v1/connections", { ...this.#query, offset, limit }, stop.signal));
            this.#stop = null;
            this.#on.changed();
        } catch (error) {
            if (stop.signal.aborted) {
                return;
            }

            this.#stop = null;
            this.#on.failed(error);
            return;
        }

        if (this.#again) {
            this.#again = false;
            this.want(...this.#visible);
        }
    }

    #take({ total, matched, offset, connections }) {
        this.total = total;
        this.count = matched;
        connections.forEach((connection, index) => this.#loaded.set(offset + index, connection));
        for (const index of this.#loaded.keys()) {
            if (index >= matched || Math.abs(index - offset) > kept) {
                this.#loaded.delete(index);
            }
        }

        this.#history.add(Date.now(), connections);
    }
}

