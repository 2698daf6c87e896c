// Requests to the admin channel that served this page. Every failure is an ApiError whose message can be shown as it is.

const deadline = 10_000; // Milliseconds; the server answers from memory.

export class ApiError extends Error {
    /** @param status The HTTP status, or 0 where no answer came. */
    constructor(status, message) {
        super(message);
        this.status = status;
    }
}

async function send(path, options, stop) {
    const signals = [AbortSignal.timeout(deadline), ...(stop ? [stop] : [])];
    let answer;
    try {
        answer = await fetch(path, { ...options, signal: AbortSignal.any(signals) });
    } catch (error) {
        if (stop?.aborted) {
            throw error;
        }

        throw new ApiError(0, "The server does not answer.");
    }

    if (!answer.ok) {
        throw new ApiError(answer.status, await problem(answer));
    }

    return answer;
}

/** RFC 9457: the detail is one line for people. */
async function problem(answer) {
    try {
        const body = await answer.json();
        return body.detail ?? body.title;
    } catch {
        return `The server answered ${answer.status}.`;
    }
}

/** @param stop An AbortSignal; the promise is then rejected with an AbortError, not with an ApiError. */
export async function get(path, query = {}, stop = undefined) {
    const given = Object.entries(query).filter(([, value]) => value !== "" && value !== undefined);
    const text = new URLSearchParams(given).toString();
    const answer = await send(text ? `${path}?${text}` : path, {}, stop);
    try {
        return await answer.json();
    } catch (error) {
        if (stop?.aborted) {
            throw error;
        }

        throw new ApiError(0, "The server stopped in the middle of an answer.");
    }
}

export const post = (path, fields = {}) => send(path, { method: "POST", body: new URLSearchParams(fields) });
