import { Lines, highest } from "./chart.js";
import { make, setText } from "./dom.js";
import { bytes, clock, count, duration, identities, rate, reason } from "./format.js";
import { span } from "./history.js";

// What the tables show, column by column.

const text = (title, name, value, more = {}) => ({
    title,
    name,
    ...more,
    fill(cell, item) {
        const shown = value(item) ?? "";
        setText(cell, shown);
        if (!more.numeric && cell.title !== shown) {
            cell.title = shown;
        }
    },
});

const number = (title, name, value, more = {}) => text(title, name, value, { numeric: true, ...more });

/** Two numbers in one column, from A to B and back; the server sorts by their sum. */
const both = (title, name, format, values) => ({
    title,
    name,
    sort: name,
    numeric: true,
    build: cell => cell.append(make("span", "a-to-b"), make("span", "b-to-a")),
    fill(cell, item) {
        values(item).forEach((value, index) => {
            setText(cell.children[index], format(value));
            cell.children[index].classList.toggle("zero", value === 0);
        });
    },
});

const leastTop = 1000; // Bytes a second: what fills a sparkline at least, so that a trickle does not look like a flood.

function sparkline(history) {
    const lines = new WeakMap();
    return {
        title: "Last minute",
        name: "spark",
        build: cell => lines.set(cell, new Lines(cell, span)),
        fill(cell, item) {
            const samples = history.of(item.id);
            const most = highest(samples);
            lines.get(cell).draw(most > 0 ? samples : [], Math.max(leastTop, most));
        },
    };
}

export const connectionColumns = (history, connectorName) => [
    number("ID", "id", item => String(item.id), { sort: "id" }),
    text("Connector", "connector", item => connectorName(item.connector)),
    text("A", "a", item => item.a.remote, { sort: "a" }),
    text("B", "b", item => item.b.remote, { sort: "b" }),
    text("Identity", "identity", item => identities(item.a, item.b), { sort: "identity" }),
    number("Age", "age", item => duration(item.durationMs / 1000), { sort: "age" }),
    both("Bytes A→B, B→A", "bytes", bytes, item => [item.bytesAToB, item.bytesBToA]),
    both("Rate A→B, B→A", "rate", rate, item => [item.rateAToB, item.rateBToA]),
    sparkline(history),
];

/** Of peers that wait for a partner, and of those being admitted, which also have a stage. */
export const peerColumns = (connectorName, withStage) => [
    number("Peer", "id", item => String(item.id)),
    text("Connector", "connector", item => connectorName(item.connector)),
    text("Side", "side", item => item.side),
    text("Remote", "a", item => item.remote),
    text("Local", "b", item => item.local),
    text("Identity", "identity", item => item.identity),
    ...(withStage ? [text("Stage", "stage", item => item.stage)] : []),
    number("For", "age", item => duration(item.durationMs / 1000)),
];

const who = peer => peer?.identity ? `${peer.remote} (${peer.identity})` : peer?.remote;

export const endColumns = connectorName => [
    text("Time", "time", item => clock(item.time)),
    number("ID", "id", item => item.id === undefined ? "" : String(item.id)),
    text("Connector", "connector", item => connectorName(item.connector)),
    text("Reason", "reason", item => reason(item.reason) + (item.side ? `, ${item.side}` : "")),
    text("A", "a", item => who(item.a)),
    text("B", "b", item => who(item.b)),
    text("Detail", "detail", item => item.detail),
    number("Lasted", "age", item => item.id === undefined ? "" : duration(item.durationMs / 1000)),
    number("Bytes", "bytes", item => item.id === undefined ? "" : bytes(item.bytesAToB + item.bytesBToA)),
];

export const connectorCells = [
    item => item.state + (item.starving ? ", cannot accept" : ""),
    item => item.listensA.join(", ") || "dials",
    item => item.listensB.join(", ") || "dials",
    item => count(item.active),
    item => `${count(item.pendingA)} / ${count(item.pendingB)}`,
    item => count(item.admitting),
    item => count(item.joined),
    item => bytes(item.bytesAToB),
    item => bytes(item.bytesBToA),
    item => rate(item.rateAToB),
    item => rate(item.rateBToA),
];
