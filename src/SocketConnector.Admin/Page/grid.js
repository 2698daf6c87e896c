import { bodyRow, headRow } from "./cells.js";
import { make, setAttributes } from "./dom.js";
import { Viewport } from "./viewport.js";

// A table of any length that makes rows only for what is visible. A row element shows each index that is its own modulo the number of
// rows, so scrolling by one line fills one row again and leaves the others alone.

const margin = 6; // Rows made beyond each edge, so that a short scroll shows no gap before the next frame.

export class Grid {
    #element;
    #columns;
    #source;
    #on;
    #head;
    #body = make("div", "rows");
    #rows = [];
    #viewport;
    #planned = false;
    #selected = { index: -1, key: undefined };

    /**
     * @param columns [{ title, name, sort?, numeric?, build?(cell), fill(cell, item) }]
     * @param source { count, at(index): item or undefined while it is not loaded, key(item), want?(first, last) }
     * @param on { open?(item), select?(item), sort?(name) }
     */
    constructor(element, columns, source, on) {
        this.#element = element;
        this.#columns = columns;
        this.#source = source;
        this.#on = on;
        setAttributes(element, { role: "grid", tabindex: 0, "aria-colcount": columns.length });
        this.#head = headRow(columns, name => on.sort(name));
        this.#viewport = new Viewport(element, this.#head);
        setAttributes(this.#body, { role: "rowgroup" });
        element.append(this.#head, this.#body);
        element.addEventListener("scroll", () => this.#plan(), { passive: true });
        this.#body.addEventListener("pointerdown", event => this.#point(event));
        this.#body.addEventListener("click", () => this.openSelected());
        new ResizeObserver(() => this.#resize()).observe(element);
    }

    get selected() {
        const { index, key } = this.#selected;
        return this.#keyAt(index) === key ? this.#source.at(index) : undefined;
    }

    /** Shows what the source has now. */
    refresh() {
        for (const row of this.#rows) {
            row.shown = -1;
        }

        this.#plan();
    }

    /** @param order "ascending" or "descending" */
    showSort(name, order) {
        this.#columns.forEach((column, index) => {
            if (column.sort) {
                setAttributes(this.#head.children[index], { "aria-sort": column.sort === name ? order : "none" });
            }
        });
    }

    toTop() {
        this.#element.scrollTop = 0;
    }

    /** Moves the selection by rows, or by pages where pages is true. */
    move(by, pages = false) {
        const from = this.#selected.index < 0 ? (by < 0 ? 0 : -1) : this.#selected.index;
        this.select(from + (pages ? by * this.#viewport.page : by));
    }

    select(index) {
        if (this.#source.count === 0) {
            return;
        }

        index = Math.max(0, Math.min(index, this.#source.count - 1));
        this.#selected = { index, key: this.#keyAt(index) };
        this.#viewport.reveal(index);
        this.refresh();
        if (this.#selected.key !== undefined) {
            this.#on.select?.(this.#source.at(index));
        }
    }

    openSelected() {
        if (this.selected) {
            this.#on.open?.(this.selected);
        }
    }

    focus() {
        this.#element.focus({ preventScroll: true });
    }

    /** Which row shows which index depends on how many there are. */
    #addRow() {
        const element = bodyRow(this.#columns, `${this.#element.id}-row-${this.#rows.length}`);
        this.#rows.push({ element, shown: -1 });
        this.#rows.forEach(row => row.shown = -1);
        this.#body.append(element);
    }

    #plan() {
        if (!this.#planned && this.#element.checkVisibility()) {
            this.#planned = true;
            requestAnimationFrame(() => {
                this.#planned = false;
                this.#render();
            });
        }
    }

    #resize() {
        this.#viewport.measure();
        this.refresh();
    }

    #render() {
        if (!this.#viewport.rowHeight) {
            return;
        }

        const { count } = this.#source;
        const { first: top, size, rowHeight } = this.#viewport;
        while (this.#rows.length < size + 2 * margin) {
            this.#addRow();
        }

        setAttributes(this.#element, { "aria-rowcount": count + 1 });
        this.#body.style.height = `${count * rowHeight}px`;
        const first = Math.max(0, Math.min(top - margin, count - this.#rows.length));
        for (let index = first; index < first + this.#rows.length; index++) {
            this.#show(this.#rows[index % this.#rows.length], index, count);
        }

        this.#pointToSelected();
        this.#source.want?.(Math.max(0, top), Math.min(count, top + size));
    }

    #show(row, index, count) {
        if (row.shown === index) {
            return;
        }

        row.shown = index;
        row.element.hidden = index >= count;
        if (row.element.hidden) {
            return;
        }

        row.element.style.transform = `translateY(${index * this.#viewport.rowHeight}px)`;
        const item = this.#source.at(index);
        setAttributes(row.element, { "aria-rowindex": index + 2 });
        row.element.classList.toggle("loading", item === undefined);
        if (item === undefined) {
            return;
        }

        this.#followSelected(index, item);
        this.#columns.forEach((column, position) => column.fill(row.element.children[position], item));
    }

    /** The selection belongs to the item, wherever sorting moves it; an item that was not loaded yet gets it when it comes. */
    #followSelected(index, item) {
        const key = this.#source.key(item);
        if (key === this.#selected.key || (this.#selected.key === undefined && index === this.#selected.index)) {
            const late = this.#selected.key === undefined;
            this.#selected = { index, key };
            if (late) {
                this.#on.select?.(item);
            }
        }
    }

    #pointToSelected() {
        let active = "";
        for (const { element, shown } of this.#rows) {
            const is = shown === this.#selected.index && !element.hidden && this.#keyAt(shown) === this.#selected.key;
            setAttributes(element, { "aria-selected": is });
            active = is ? element.id : active;
        }

        setAttributes(this.#element, { "aria-activedescendant": active });
    }

    #point(event) {
        const element = event.target.closest(".row");
        const row = this.#rows.find(candidate => candidate.element === element);
        if (row) {
            this.select(row.shown);
        }
    }

    #keyAt(index) {
        const item = this.#source.at(index);
        return item && this.#source.key(item);
    }
}
