import { Throughput } from "./chart.js";
import { connectorCells } from "./columns.js";
import { byId, fillList, make, setText } from "./dom.js";
import { count, duration, rate, reason } from "./format.js";

// The upper part of the page: the program, its connectors, their throughput, and why connections closed.

const sum = (items, field) => items.reduce((total, item) => total + item[field], 0);

export class Summary {
    #throughput = new Throughput(byId("throughput"));
    #connectors = [];
    #program = null;
    #time = 0;
    #chosen = "";
    #choose;

    /** @param choose Called with a connector's id where the list is to be that connector's alone, and with "" for all. */
    constructor(choose) {
        this.#choose = choose;
    }

    get startedAt() {
        return this.#program?.startedAt;
    }

    connectorName = id => {
        const found = this.#connectors.find(connector => connector.id === id);
        return found?.name ?? id;
    };

    /** Keeps what came; draw shows it. */
    take({ program, time, connectors }) {
        this.#program = program ?? this.#program;
        this.#time = Date.parse(time);
        this.#connectors = connectors;
        this.#throughput.add(this.#time, sum(connectors, "rateAToB"), sum(connectors, "rateBToA"));
    }

    draw() {
        const all = this.#connectors;
        if (this.#program) {
            const { name, version, processId, startedAt } = this.#program;
            setText(byId("program"), `${name} ${version}`);
            setText(byId("process"), `process ${processId}, up ${duration((this.#time - Date.parse(startedAt)) / 1000)}`);
        }

        this.#drawConnectors();
        this.#throughput.draw();
        setText(byId("rate-a-to-b"), rate(sum(all, "rateAToB")));
        setText(byId("rate-b-to-a"), rate(sum(all, "rateBToA")));
        const chosen = all.filter(connector => !this.#chosen || connector.id === this.#chosen);
        setText(byId("count-connections"), count(sum(chosen, "active")));
        setText(byId("count-pending"), count(sum(chosen, "pendingA") + sum(chosen, "pendingB")));
        setText(byId("count-admitting"), count(sum(chosen, "admitting")));
        this.#drawReasons(chosen);
    }

    #drawConnectors() {
        const build = () => {
            const row = make("tr");
            const name = make("th");
            const button = make("button");
            name.scope = "row";
            button.type = "button";
            button.addEventListener("click", () => this.#toggle(row.dataset.id));
            name.append(button);
            row.append(name, ...connectorCells.map(() => make("td")));
            return row;
        };

        fillList(byId("connectors"), this.#connectors, build, (row, connector) => {
            row.dataset.id = connector.id;
            row.className = connector.starving ? "starving" : connector.state;
            const button = row.firstChild.firstChild;
            setText(button, connector.name ?? `connector ${connector.id}`);
            button.setAttribute("aria-pressed", connector.id === this.#chosen);
            connectorCells.forEach((read, index) => setText(row.children[index + 1], read(connector)));
        });
    }

    #toggle(id) {
        this.#chosen = this.#chosen === id ? "" : id;
        this.#choose(this.#chosen);
        this.draw();
    }

    #drawReasons(connectors) {
        const totals = new Map();
        for (const { reason: name, side, count: number } of connectors.flatMap(connector => connector.closed)) {
            const words = reason(name) + (side ? `, ${side}` : "");
            totals.set(words, (totals.get(words) ?? 0) + number);
        }

        const sorted = [...totals].sort(([, one], [, other]) => other - one);
        const most = sorted[0]?.[1] ?? 1;
        byId("no-reasons").hidden = sorted.length > 0;
        const build = () => {
            const row = make("tr");
            const bar = make("td", "bar");
            bar.append(make("div"));
            row.append(make("th"), make("td"), bar);
            row.firstChild.scope = "row";
            return row;
        };

        fillList(byId("reasons"), sorted, build, (row, [words, number]) => {
            setText(row.children[0], words);
            setText(row.children[1], count(number));
            row.children[2].firstChild.style.width = `${100 * number / most}%`;
        });
    }
}
