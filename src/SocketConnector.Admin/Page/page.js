import { Confirm } from "./confirm.js";
import { Details } from "./details.js";
import { byId, setText } from "./dom.js";
import { Feed } from "./feed.js";
import { clock } from "./format.js";
import { History } from "./history.js";
import { listenToKeys } from "./keys.js";
import { SignIn } from "./signin.js";
import { Summary } from "./summary.js";
import { Tables } from "./tables.js";
import { Tabs } from "./tabs.js";

// Ties the parts together. Totals come once a second, and with each the visible rows are asked for anew, so all numbers are of one time.

let frozen = false;
let startedAt;

const history = new History();
const summary = new Summary(connector => tables.choose(connector));
const confirm = new Confirm(refresh);
const signIn = new SignIn(() => feed.run());
const tables = new Tables(history, summary.connectorName, {
    open: connection => details.open(connection),
    select: connection => details.connection && details.open(connection),
    failed,
});
const details = new Details(history, tables.ends, {
    closed: () => tables.grid.focus(),
    end: connection => confirm.ask("end", connection),
    abort: connection => confirm.ask("abort", connection),
    failed,
});
const tabs = new Tabs(byId("tabs"), name => {
    byId("narrowing").classList.toggle("away", name !== "connections");
    tables.show(name);
});
const feed = new Feed({
    totals(message) {
        summary.take(message);
        startedAt ??= summary.startedAt;
        if (summary.startedAt !== startedAt) {
            location.reload(); // Another process: its identifiers mean other connections, and its page may be a newer one.
        }

        showState();
        if (!frozen) {
            refresh();
        }
    },
    closed: end => tables.ends.add(end),
    refused: end => tables.ends.add(end),
    down: (message, wait) => showState(`${message} Trying again in ${Math.round(wait / 1000)} s.`),
    signIn: () => signIn.ask(),
});

function refresh() {
    summary.draw();
    if (!document.hidden) {
        tables.refresh();
        details.refresh();
    }
}

/** Where no answer came, the feed notices as well, and says so. */
function failed(error) {
    if (error.status === 401) {
        signIn.ask();
    } else if (error.status !== 0) {
        showState(error.message);
    }
}

function showState(trouble = "") {
    document.body.classList.toggle("trouble", trouble !== "");
    if (trouble || !frozen) {
        setText(byId("state"), trouble || "Live");
    }
}

function freeze() {
    frozen = !frozen;
    byId("freeze").setAttribute("aria-pressed", frozen);
    document.body.classList.toggle("frozen", frozen);
    setText(byId("state"), frozen ? `Frozen at ${clock(Date.now())}` : "Live");
    if (!frozen) {
        refresh();
    }
}

function ask(kind) {
    const connection = details.connection ?? tables.selectedConnection;
    if (connection) {
        confirm.ask(kind, connection);
    }
}

function leaveFilter() {
    byId("filter").value = "";
    tables.filter("");
    tables.grid.focus();
}

function toFilter() {
    tabs.show("connections");
    byId("filter").select();
}

let typed;
byId("filter").addEventListener("input", () => {
    clearTimeout(typed);
    typed = setTimeout(() => tables.filter(byId("filter").value), 150);
});
byId("sort").addEventListener("change", event => tables.sortBy(...event.target.value.split(" ")));
byId("freeze").addEventListener("click", freeze);
byId("help-open").addEventListener("click", () => byId("help").showModal());
byId("help-close").addEventListener("click", () => byId("help").close());

listenToKeys({
    "/": toFilter,
    "?": () => byId("help").showModal(),
    f: freeze,
    e: () => ask("end"),
    x: () => ask("abort"),
    Enter: () => tables.grid.openSelected(),
    ArrowDown: () => tables.grid.move(1),
    ArrowUp: () => tables.grid.move(-1),
    PageDown: () => tables.grid.move(1, true),
    PageUp: () => tables.grid.move(-1, true),
    Home: () => tables.grid.select(0),
    End: () => tables.grid.select(Infinity),
    Escape: ({ target }) => target === byId("filter") ? leaveFilter() : details.connection ? details.close() : false,
});

feed.run();
