import { make, makeSvg, setAttributes, setText } from "./dom.js";
import { rate } from "./format.js";

// Lines over time, as SVG: colours come from the style sheet, so light and dark need nothing here.

const directions = [["rateAToB", "a-to-b"], ["rateBToA", "b-to-a"]];
const gap = 5000; // Milliseconds between samples that a line does not bridge: nothing is known of the time between.
const closest = 500; // Milliseconds: the stream's first totals come right after those that were asked for.

/** @param label What a screen reader says for the picture; empty where the numbers stand beside it. */
export class Lines {
    #span;
    #paths;

    constructor(parent, span, label = "") {
        this.#span = span;
        const picture = makeSvg("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none", class: "lines" });
        setAttributes(picture, label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" });
        this.#paths = directions.map(([, name]) => makeSvg("path", { class: name }));
        picture.append(...this.#paths);
        parent.append(picture);
    }

    draw(samples, top) {
        const now = samples.at(-1)?.time ?? 0;
        directions.forEach(([field], index) => {
            let path = "";
            let before = -Infinity;
            for (const sample of samples) {
                const x = 100 - 100 * (now - sample.time) / this.#span;
                const y = 99 - 98 * Math.min(1, sample[field] / top);
                path += `${sample.time - before > gap ? "M" : "L"}${x.toFixed(2)} ${y.toFixed(1)}`;
                before = sample.time;
            }

            setAttributes(this.#paths[index], { d: path });
        });
    }
}

export const highest = samples =>
    samples.reduce((most, sample) => Math.max(most, sample.rateAToB, sample.rateBToA), 0);

/** The next of 1, 2 or 5 times a power of ten, so that the scale seldom changes. */
export function niceTop(value) {
    const power = 10 ** Math.floor(Math.log10(Math.max(value, 1000)));
    return power * [1, 2, 5, 10].find(step => value <= step * power);
}

/** Throughput of all connectors over the last minutes, with a scale. */
export class Throughput {
    #lines;
    #top;
    #half;
    #samples = [];
    #span = 300_000;

    constructor(parent) {
        const scale = make("div", "scale");
        this.#top = make("span");
        this.#half = make("span");
        scale.append(this.#top, this.#half, make("span", "", "0"));
        const plot = make("div", "plot");
        parent.append(scale, plot);
        this.#lines = new Lines(plot, this.#span, "Throughput of the last five minutes");
    }

    add(time, rateAToB, rateBToA) {
        if (this.#samples.length > 0 && time - this.#samples.at(-1).time < closest) {
            return;
        }

        this.#samples.push({ time, rateAToB, rateBToA });
        while (this.#samples[0].time < time - this.#span) {
            this.#samples.shift();
        }
    }

    draw() {
        const top = niceTop(highest(this.#samples));
        setText(this.#top, rate(top));
        setText(this.#half, rate(top / 2));
        this.#lines.draw(this.#samples, top);
    }
}
