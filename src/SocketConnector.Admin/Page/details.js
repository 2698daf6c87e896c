import { get } from "./api.js";
import { Lines, highest, niceTop } from "./chart.js";
import { byId, fillList, make, setText } from "./dom.js";
import { bytes, count, dateAndClock, duration, milliseconds, rate, reason } from "./format.js";
import { span } from "./history.js";

// Everything about one connection, both ends side by side.

const facts = [
    ["Started", one => dateAndClock(one.joinedAt)],
    ["Age", one => duration(one.durationMs / 1000)],
    ["Engine", one => one.engine],
    ["Bytes A→B", one => bytes(one.bytesAToB)],
    ["Bytes B→A", one => bytes(one.bytesBToA)],
    ["Rate A→B", one => rate(one.rateAToB)],
    ["Rate B→A", one => rate(one.rateBToA)],
];

const tcp = read => end => end.tcp && read(end.tcp);

const endFacts = [
    ["Remote", end => end.remote],
    ["Local", end => end.local],
    ["Identity", end => end.identity],
    ["Opened", end => end.dialled ? "dialled" : "accepted"],
    ["Connected", end => end.connectedAt && dateAndClock(end.connectedAt)],
    ["Socket remote", end => end.socketRemote !== end.remote && end.socketRemote],
    ["Socket local", end => end.socketLocal !== end.local && end.socketLocal],
    ["Process", end => end.processId && String(end.processId)],
    ["User", end => end.userId != null && String(end.userId)],
    ["TLS", end => end.tls?.protocol.replace(/^Tls(\d)(\d)$/, "$1.$2")],
    ["Cipher suite", end => end.tls?.cipherSuite],
    ["Server name", end => end.tls?.serverName],
    ["ALPN", end => end.tls?.alpn],
    ["TCP state", tcp(info => info.state)],
    ["Round trip", tcp(info => `${milliseconds(info.roundTripSeconds)} ± ${milliseconds(info.roundTripVarianceSeconds)}`)],
    ["Retransmits", tcp(info => count(info.retransmits))],
    ["Congestion window", tcp(info => `${count(info.congestionWindow)} segments`)],
    ["Send queue", tcp(info => bytes(info.sendQueue))],
    ["Receive queue", tcp(info => bytes(info.receiveQueue))],
    ["Segment size", tcp(info => `${count(info.mss)} B`)],
    ["Delivery rate", tcp(info => rate(info.deliveryRate))],
];

export class Details {
    #history;
    #ends;
    #on;
    #panel = byId("details");
    #lines = new Lines(byId("details-chart"), span, "Throughput of this connection in the last minute");

    /** The connection shown, or null. */
    connection = null;

    /** @param on { closed(), failed(error), end(connection), abort(connection) } */
    constructor(history, ends, on) {
        this.#history = history;
        this.#ends = ends;
        this.#on = on;
        byId("details-close").addEventListener("click", () => this.close());
        byId("details-end").addEventListener("click", () => on.end(this.connection));
        byId("details-abort").addEventListener("click", () => on.abort(this.connection));
    }

    open(connection) {
        this.connection = connection;
        this.#panel.hidden = false;
        if (getComputedStyle(this.#panel).position === "fixed") {
            byId("details-close").focus(); // It lies over the list.
        }

        this.#gone("");
        this.#fill(connection);
        return this.refresh();
    }

    close() {
        this.#panel.hidden = true;
        this.connection = null;
        this.#on.closed();
    }

    async refresh() {
        const asked = this.connection;
        if (!asked) {
            return;
        }

        if (byId("details-end").disabled) {
            this.#gone(this.#endOf(asked)); // The event with the reason may come after the answer that it has gone.
            return;
        }

        try {
            const found = await get(`/v1/connections/${asked.id}`);
            if (this.connection?.id === asked.id) {
                this.connection = found;
                this.#history.add(Date.now(), [found]);
                this.#fill(found);
            }
        } catch (error) {
            if (error.status !== 404) {
                this.#on.failed(error);
            } else if (this.connection?.id === asked.id) {
                this.#gone(this.#endOf(asked));
            }
        }
    }

    #endOf({ id }) {
        const end = this.#ends.of(id);
        return end ? `Ended: ${reason(end.reason)}${end.side ? `, ${end.side}` : ""}` : "Ended";
    }

    /** What was known last stays readable. */
    #gone(text) {
        setText(byId("details-gone"), text);
        byId("details-end").disabled = byId("details-abort").disabled = text !== "";
    }

    #fill(connection) {
        setText(byId("details-title"), `Connection ${connection.id}`);
        const samples = this.#history.of(connection.id);
        this.#lines.draw(samples, niceTop(highest(samples)));
        table(byId("details-facts"), facts.map(([name, read]) => [name, read(connection)]));
        table(byId("details-ends"), endFacts
            .map(([name, read]) => [name, read(connection.a) || "", read(connection.b) || ""])
            .filter(([, a, b]) => a || b));
    }
}

function table(body, lines) {
    const build = () => {
        const row = make("tr");
        row.append(make("th"), ...lines[0].slice(1).map(() => make("td")));
        row.firstChild.scope = "row";
        return row;
    };

    fillList(body, lines, build, (row, cells) => cells.forEach((cell, index) => setText(row.children[index], cell)));
}
