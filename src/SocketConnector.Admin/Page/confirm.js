import { post } from "./api.js";
import { byId, setText } from "./dom.js";

// The question before a connection is ended. Cancel has the focus: Enter by mistake ends nothing.

const kinds = {
    end: {
        title: "End connection",
        button: "End",
        effect: "Both peers see the end of the stream, after what was received is delivered.",
    },
    abort: {
        title: "Abort connection",
        button: "Abort",
        effect: "Both sockets are reset at once. Data on its way is lost.",
    },
};

export class Confirm {
    #dialog = byId("confirm");
    #asked = null;

    /** @param done Called after the server has accepted. */
    constructor(done) {
        byId("confirm-form").addEventListener("submit", event => {
            event.preventDefault();
            this.#send(done);
        });
        byId("confirm-cancel").addEventListener("click", () => this.#dialog.close());
    }

    /** @param kind "end" or "abort" */
    ask(kind, connection) {
        const { title, button, effect } = kinds[kind];
        this.#asked = { kind, id: connection.id };
        setText(byId("confirm-title"), `${title} ${connection.id}?`);
        setText(byId("confirm-a"), endText(connection.a));
        setText(byId("confirm-b"), endText(connection.b));
        setText(byId("confirm-effect"), effect);
        setText(byId("confirm-send"), button);
        setText(byId("confirm-error"), "");
        byId("confirm-send").disabled = false;
        this.#dialog.showModal();
    }

    async #send(done) {
        const { kind, id } = this.#asked;
        byId("confirm-send").disabled = true;
        try {
            await post(`/v1/connections/${id}/${kind}`);
            this.#dialog.close();
            done();
        } catch (error) {
            setText(byId("confirm-error"), error.message);
            byId("confirm-send").disabled = error.status === 403 || error.status === 404;
        }
    }
}

const endText = peer => [peer.remote || `peer ${peer.id}`, peer.identity && `(${peer.identity})`].filter(Boolean).join(" ");
