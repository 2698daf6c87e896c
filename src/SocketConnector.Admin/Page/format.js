// Numbers, times and names as the page shows them. Units are those of the command line: 1 KiB is 1024 bytes.

const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
const noBreak = "\u00a0";

export function bytes(value) {
    let unit = 0;
    while (value >= 1023.95 && unit < units.length - 1) {
        value /= 1024;
        unit++;
    }

    return (unit === 0 ? Math.round(value) : value.toFixed(1)) + noBreak + units[unit];
}

export const rate = value => bytes(value) + "/s";

export const count = value => String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f");

/** The two largest units, so that the width stays the same: 3 s, 2 min 05 s, 1 h 02 min, 3 d 04 h. */
export function duration(seconds) {
    const whole = Math.max(0, Math.floor(seconds));
    const pair = (large, largeUnit, small, smallUnit) =>
        [large, largeUnit, String(small).padStart(2, "0"), smallUnit].join(noBreak);
    if (whole < 60) {
        return whole + noBreak + "s";
    }

    if (whole < 3600) {
        return pair(Math.floor(whole / 60), "min", whole % 60, "s");
    }

    return whole < 86400
        ? pair(Math.floor(whole / 3600), "h", Math.floor(whole / 60) % 60, "min")
        : pair(Math.floor(whole / 86400), "d", Math.floor(whole / 3600) % 24, "h");
}

export function milliseconds(seconds) {
    const value = seconds * 1000;
    return (value < 10 ? value.toFixed(2) : value.toFixed(1)) + noBreak + "ms";
}

export const clock = time => new Date(time).toLocaleTimeString("en-GB");

export const dateAndClock = time => new Date(time).toLocaleString("sv-SE");

/** The reason's name in words, as the log writes it: halfCloseTimeout is "half-close timeout". */
export function reason(name) {
    const own = { peerReset: "reset", halfCloseTimeout: "half-close timeout", tlsFailed: "TLS failed", badProxyHeader: "bad PROXY header" };
    return own[name] ?? name.replace(/[A-Z]|(?<=[a-z])\d+/g, word => " " + word.toLowerCase()).replace(/^auth /, "authentication ");
}

export const identities = (a, b) => [a?.identity, b?.identity].filter(Boolean).join(" · ");
