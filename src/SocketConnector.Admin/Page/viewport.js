/** Which rows of a scrolled element are visible, all of one height below a head that stays. */
export class Viewport {
    #element;
    #head;
    #rowHeight = 0;

    constructor(element, head) {
        this.#element = element;
        this.#head = head;
    }

    /** Pixels, as the style sheet says for this width; 0 before it was measured. */
    get rowHeight() {
        return this.#rowHeight;
    }

    get first() {
        return Math.floor(this.#element.scrollTop / this.#rowHeight);
    }

    /** How many rows are at least partly visible. */
    get size() {
        return Math.ceil(this.#element.clientHeight / this.#rowHeight);
    }

    /** How many rows a page key moves by: one less than fit, so that one stays in sight. */
    get page() {
        return Math.max(1, Math.floor(this.#room / this.#rowHeight) - 1);
    }

    measure() {
        this.#rowHeight = parseFloat(getComputedStyle(this.#element).getPropertyValue("--row-height"));
    }

    /** Scrolls no further than needed. */
    reveal(index) {
        const top = index * this.#rowHeight;
        const lowest = this.#room - this.#rowHeight;
        if (top < this.#element.scrollTop) {
            this.#element.scrollTop = top;
        } else if (top > this.#element.scrollTop + lowest) {
            this.#element.scrollTop = top - lowest;
        }
    }

    get #room() {
        return this.#element.clientHeight - this.#head.offsetHeight;
    }
}
