import { connectionColumns, endColumns, peerColumns } from "./columns.js";
import { ConnectionList } from "./connections.js";
import { byId, setText } from "./dom.js";
import { EndList } from "./ends.js";
import { Grid } from "./grid.js";
import { PeerList } from "./peers.js";

// The four tables, each with its list: connections, peers that wait, peers being admitted, and what ended.

const descendingFirst = new Set(["age", "bytes", "rate"]);

export class Tables {
    #shown = "connections";
    #grids;

    ends = new EndList();

    /** @param on { open(connection), select(connection), failed(error) } */
    constructor(history, connectorName, on) {
        const list = name => ({ changed: () => this.#changed(name), failed: on.failed });
        this.connections = new ConnectionList(history, list("connections"));
        this.lists = {
            connections: this.connections,
            pending: new PeerList("/v1/pending", list("pending")),
            admitting: new PeerList("/v1/admitting", list("admitting")),
            ends: this.ends,
        };
        const grid = (name, columns, handlers) => new Grid(byId(`${name}-grid`), columns, this.lists[name], handlers);
        this.#grids = {
            connections: grid("connections", connectionColumns(history, connectorName), { ...on, sort: name => this.sortBy(name) }),
            pending: grid("pending", peerColumns(connectorName, false), {}),
            admitting: grid("admitting", peerColumns(connectorName, true), {}),
            ends: grid("ends", endColumns(connectorName), {}),
        };
        this.#showSort();
    }

    get grid() {
        return this.#grids[this.#shown];
    }

    get selectedConnection() {
        return this.#shown === "connections" ? this.grid.selected : undefined;
    }

    show(name) {
        this.#shown = name;
        this.grid.refresh();
        this.refresh();
    }

    /** Asks the server anew for what is on the screen. */
    refresh() {
        if (this.#shown === "ends") {
            this.ends.refresh(this.connections.query.connector);
            this.#changed("ends");
        } else {
            this.lists[this.#shown].refresh();
        }
    }

    filter(text) {
        this.grid.toTop();
        this.connections.ask({ filter: text.trim() });
    }

    choose(connector) {
        this.lists.pending.connector = this.lists.admitting.connector = connector;
        this.connections.ask({ connector });
        this.refresh();
    }

    /** The same column again turns the order round. */
    sortBy(sort, order = undefined) {
        const { query } = this.connections;
        const opposite = query.order === "asc" ? "desc" : "asc";
        order ??= query.sort === sort ? opposite : descendingFirst.has(sort) ? "desc" : "asc";
        this.grid.toTop();
        this.connections.ask({ sort, order });
        this.#showSort();
    }

    #showSort() {
        const { sort, order } = this.connections.query;
        this.#grids.connections.showSort(sort, order === "asc" ? "ascending" : "descending");
        byId("sort").value = `${sort} ${order}`;
    }

    #changed(name) {
        this.#grids[name].refresh();
        byId(`${name}-empty`).hidden = this.lists[name].count > 0;
        if (name === "connections") {
            const { count, total, query } = this.connections;
            setText(byId("matched"), query.filter ? `${count} of ${total}` : "");
            setText(byId("connections-empty"), query.filter ? "No connection matches." : "No connections.");
        }
    }
}
