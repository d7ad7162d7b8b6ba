// Adds the reader's own hours: beside a date with hours (`time[data-until]`), and at the top of a table of zones.
// Nothing is added where the clocks agree. What the page said without script stays.

const NBSP = "\u00a0";
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

// Zones whose general name in browsers is not what people call them.
const NAMES = {
    "America/Phoenix": "Arizona",
    "America/Anchorage": "Alaska",
    "Pacific/Honolulu": "Hawaii",
    "America/Puerto_Rico": "Atlantic",
    "America/St_Thomas": "Atlantic",
    "Pacific/Guam": "Chamorro",
    "Pacific/Saipan": "Chamorro",
    "Pacific/Pago_Pago": "Samoa",
};

// Making a format costs a phone some milliseconds, so each is made once.
const formats = new Map();

function format(options) {
    const key = JSON.stringify(options);
    if (!formats.has(key)) {
        formats.set(key, new Intl.DateTimeFormat("en-US", { timeZone: zone, ...options }));
    }
    return formats.get(key);
}

function part(date, options, type) {
    return format(options).formatToParts(date).find((one) => one.type === type).value;
}

function zoneName(date) {
    const long = part(date, { timeZoneName: "longGeneric" }, "timeZoneName");
    return NAMES[zone] ?? long.replace(/( Standard)? Time$/, "");
}

function clock(date) {
    const options = { hour: "numeric", minute: "2-digit", hour12: true };
    const [hour, minute] = [part(date, options, "hour"), part(date, options, "minute")];
    const half = part(date, options, "dayPeriod") === "AM" ? "a.m." : "p.m.";
    if (hour === "12" && minute === "00") {
        return half === "a.m." ? "midnight" : "noon";
    }
    return `${hour}:${minute}${NBSP}${half}`;
}

function range(start, end) {
    let [first, last] = [clock(start), clock(end)];
    if (first === last) {
        return first;
    }
    if (first.includes(NBSP) && first.slice(-4) === last.slice(-4)) {
        first = first.split(NBSP)[0];
    }
    return `${first}–${last}`;
}

function day(date) {
    const options = { year: "numeric", month: "2-digit", day: "2-digit" };
    return ["year", "month", "day"].map((one) => part(date, options, one)).join("-"); // 2026-12-10
}

// The local wall time that `datetime` states: `2026-12-10T14:00-05:00`.
function stated(text) {
    return text.slice(0, 16);
}

function mine(date) {
    const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    return `${day(date)}T${part(date, options, "hour")}:${part(date, options, "minute")}`;
}

function words(start, end, text) {
    const other = day(start) === text.slice(0, 10) ? "" : `${format({ weekday: "short", month: "short", day: "numeric" }).format(start).replace(/ (\d+)$/, NBSP + "$1")}, `;
    return other + range(start, end);
}

for (const time of document.querySelectorAll("time[data-until]")) {
    const [start, end] = [new Date(time.dateTime), new Date(time.dataset.until)];
    if (mine(start) !== stated(time.dateTime)) {
        const own = document.createElement("span");
        own.className = "own-time";
        own.textContent = ` · ${words(start, end, time.dateTime)} for${NBSP}you${NBSP}(${zoneName(start)})`;
        time.after(own);
    }
}

for (const table of document.querySelectorAll("table.times[data-from]")) {
    const [start, end] = [new Date(table.dataset.from), new Date(table.dataset.until)];
    const rows = [...table.rows];
    let row = rows.find((one) => one.dataset.tz === zone);
    if (!row) {
        const name = zoneName(start); // the dearest of all: only where it is needed
        row = rows.find((one) => one.cells[0].textContent === name);
        if (!row) {
            row = rows[0].cloneNode(true);
            row.cells[0].textContent = name;
            row.cells[1].textContent = words(start, end, table.dataset.from);
        }
    }
    row.cells[0].append(" (you)");
    rows.forEach((one) => one.classList.remove("you"));
    row.classList.add("you");
    table.tBodies[0].prepend(row);
}
