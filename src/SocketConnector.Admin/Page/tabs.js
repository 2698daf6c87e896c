import { setAttributes } from "./dom.js";

/** Tabs by the ARIA pattern: one of them is in the tab order, arrows move between them. */
export class Tabs {
    #tabs;
    #changed;

    /** @param changed Called with the name of the panel that is shown now. */
    constructor(list, changed) {
        this.#tabs = [...list.querySelectorAll("[role=tab]")];
        this.#changed = changed;
        list.addEventListener("click", event => {
            const tab = event.target.closest("[role=tab]");
            if (tab) {
                this.show(tab.dataset.panel);
            }
        });
        list.addEventListener("keydown", event => this.#key(event));
    }

    show(name) {
        for (const tab of this.#tabs) {
            const is = tab.dataset.panel === name;
            setAttributes(tab, { "aria-selected": is, tabindex: is ? 0 : -1 });
            document.getElementById(tab.getAttribute("aria-controls")).hidden = !is;
        }

        this.#changed(name);
    }

    #key(event) {
        const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (by) {
            const index = this.#tabs.findIndex(tab => tab.tabIndex === 0) + by;
            const tab = this.#tabs.at(index % this.#tabs.length);
            this.show(tab.dataset.panel);
            tab.focus();
            event.preventDefault();
        }
    }
}
