// Making and changing elements. Text only ever becomes text: addresses and identities are chosen by peers, so nothing here parses markup.

const svg = "http://www.w3.org/2000/svg";

export const byId = id => document.getElementById(id);

export function make(tag, className = "", text = "") {
    const element = document.createElement(tag);
    if (className) {
        element.className = className;
    }

    if (text) {
        element.textContent = text;
    }

    return element;
}

export function makeSvg(tag, attributes = {}) {
    const element = document.createElementNS(svg, tag);
    setAttributes(element, attributes);
    return element;
}

export function setAttributes(element, attributes) {
    for (const [name, value] of Object.entries(attributes)) {
        if (element.getAttribute(name) !== String(value)) {
            element.setAttribute(name, value);
        }
    }
}

/** Leaves the text node alone where nothing changes: no layout, and a selection made by the user stays. */
export function setText(element, text) {
    if (element.textContent !== text) {
        element.textContent = text;
    }
}

/** Keeps as many children as there are items, and fills each again. */
export function fillList(parent, items, build, fill) {
    while (parent.childElementCount > items.length) {
        parent.lastElementChild.remove();
    }

    while (parent.childElementCount < items.length) {
        parent.append(build());
    }

    items.forEach((item, index) => fill(parent.children[index], item));
}
