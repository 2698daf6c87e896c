// The rates of the last minute, of each connection that was on the screen. Nothing is kept of one that was not seen for a minute.

export const span = 60_000;
const closest = 500; // Milliseconds: a page that is loaded for scrolling does not add a second sample.

export class History {
    #samples = new Map();
    #prunedAt = 0;

    add(time, connections) {
        for (const { id, rateAToB, rateBToA } of connections) {
            const samples = this.#samples.get(id) ?? [];
            if (samples.length === 0 || time - samples.at(-1).time >= closest) {
                samples.push({ time, rateAToB, rateBToA });
                while (samples[0].time < time - span) {
                    samples.shift();
                }
            }

            this.#samples.set(id, samples);
        }

        this.#prune(time);
    }

    of(id) {
        return this.#samples.get(id) ?? [];
    }

    #prune(time) {
        if (time - this.#prunedAt < span / 6) {
            return;
        }

        this.#prunedAt = time;
        for (const [id, samples] of this.#samples) {
            if (samples.at(-1).time < time - span) {
                this.#samples.delete(id);
            }
        }
    }
}
