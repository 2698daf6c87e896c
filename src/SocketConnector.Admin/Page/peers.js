import { get } from "./api.js";

/** Peers that are not joined yet: those that wait for a partner, or those being admitted. The server tells of a thousand at most. */
export class PeerList {
    #path;
    #on;
    #peers = [];

    connector = "";

    /** @param on { changed(), failed(error) } */
    constructor(path, on) {
        this.#path = path;
        this.#on = on;
    }

    get count() {
        return this.#peers.length;
    }

    at = index => this.#peers[index];

    key = peer => `${peer.connector} ${peer.id}`;

    async refresh() {
        try {
            this.#peers = (await get(this.#path, { connector: this.connector })).peers;
            this.#on.changed();
        } catch (error) {
            this.#on.failed(error);
        }
    }
}
