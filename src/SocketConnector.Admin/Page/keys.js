/** Calls actions[key] for a key pressed outside of fields and dialogs. An action that returns false leaves the key to the browser. */
export function listenToKeys(actions) {
    document.addEventListener("keydown", event => {
        if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || document.querySelector("dialog[open]")) {
            return;
        }

        const { target, key } = event;
        const typing = target.matches("input, select, textarea");
        const pressing = target.matches("button") && (key === "Enter" || key === " ");
        if ((typing && key !== "Escape") || pressing || !Object.hasOwn(actions, key)) {
            return;
        }

        if (actions[key](event) !== false) {
            event.preventDefault();
        }
    });
}
