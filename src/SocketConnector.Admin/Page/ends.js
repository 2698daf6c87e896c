const most = 500;

/** The connections that ended and the peers that were refused since the page was opened, newest first. */
export class EndList {
    #ends = [];
    #shown = [];
    #number = 0;

    get count() {
        return this.#shown.length;
    }

    at = index => this.#shown[index];

    key = end => end.number;

    add(end) {
        this.#ends.unshift({ ...end, number: this.#number++ });
        this.#ends.length = Math.min(this.#ends.length, most);
    }

    of(id) {
        return this.#ends.find(end => end.id === id);
    }

    /** Takes what was added since; until then the list on the screen stays as it is. */
    refresh(connector) {
        this.#shown = this.#ends.filter(end => !connector || end.connector === connector);
    }
}
