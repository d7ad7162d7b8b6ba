// The filters of a listing: what was open stays open, and after "Show results" the focus goes to the result heading,
// which says the count once. Going back keeps the place, and the ticks say what is listed.

const panel = document.querySelector("details.filters");
const heading = document.getElementById("results");
const key = `open ${location.pathname}`;

const all = panel ? [panel, ...panel.querySelectorAll("details")] : [];
const open = JSON.parse(sessionStorage.getItem(key) ?? "[]");
all.forEach((one, number) => {
    one.open ||= open.includes(number);
    one.addEventListener("toggle", () => {
        const now = all.map((each, place) => (each.open ? place : -1)).filter((place) => place >= 0);
        sessionStorage.setItem(key, JSON.stringify(now));
    });
});

addEventListener("pageshow", () => {
    panel?.querySelector("form").reset(); // browsers put back ticks that were never sent
    const [arrival] = performance.getEntriesByType("navigation");
    if (location.hash === "#results" && arrival?.type === "navigate") {
        heading?.focus();
    }
});
