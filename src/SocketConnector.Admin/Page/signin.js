import { post } from "./api.js";
import { byId, setText } from "./dom.js";

// Over TCP a token is needed. The browser keeps it as a cookie that scripts cannot read; what is stored here is only that there is one.

const mark = "signedIn";

export class SignIn {
    #dialog = byId("sign-in");
    #token = byId("sign-in-token");

    /** @param done Called once the server has taken the token. */
    constructor(done) {
        byId("sign-in-form").addEventListener("submit", event => {
            event.preventDefault();
            this.#send(done);
        });
        this.#dialog.addEventListener("cancel", event => event.preventDefault());
        byId("sign-out").addEventListener("click", () => this.#leave());
        byId("sign-out").hidden = !localStorage.getItem(mark);
    }

    ask() {
        if (!this.#dialog.open) {
            this.#dialog.showModal();
        }
    }

    async #send(done) {
        const button = byId("sign-in-send");
        button.disabled = true;
        setText(byId("sign-in-error"), "");
        try {
            await post("/login", { token: this.#token.value });
            this.#token.value = "";
            localStorage.setItem(mark, "yes");
            byId("sign-out").hidden = false;
            this.#dialog.close();
            done();
        } catch (error) {
            setText(byId("sign-in-error"), error.message);
            this.#token.select();
        } finally {
            button.disabled = false;
        }
    }

    async #leave() {
        localStorage.removeItem(mark);
        try {
            await post("/logout");
        } finally {
            location.reload();
        }
    }
}
