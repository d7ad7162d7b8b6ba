// Plays a recording from the times of its transcript and chapters, and on request moves the transcript along with it.
// Without script the same links open the page with the recording set to that time.

const video = document.querySelector(".player video");
const box = document.querySelector(".transcript .scroll");
const button = document.querySelector("[data-follow]");
const paragraphs = [...document.querySelectorAll(".transcript [data-from]")];

function current(second) {
    return paragraphs.findLast((one) => Number(one.dataset.from) <= second);
}

let marked = null;
function mark(second) {
    const next = current(second);
    if (next === marked) {
        return;
    }
    marked?.removeAttribute("aria-current");
    next?.setAttribute("aria-current", "true");
    marked = next;
    if (next) {
        box.scrollTop += next.getBoundingClientRect().top - box.getBoundingClientRect().top - 16;
    }
}

function follow(on) {
    button.setAttribute("aria-pressed", String(on));
    box.classList.toggle("following", on);
    if (on) {
        mark(video.currentTime);
    } else {
        marked?.removeAttribute("aria-current");
        marked = null;
    }
}

const following = () => button?.getAttribute("aria-pressed") === "true";

if (video) {
    for (const link of document.querySelectorAll("a[data-second]")) {
        link.addEventListener("click", (event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) {
                return;
            }
            event.preventDefault();
            video.currentTime = Number(link.dataset.second);
            video.scrollIntoView({ block: "nearest" });
            video.play().catch(() => {}); // a browser may refuse; the reader presses play
        });
    }
    video.addEventListener("timeupdate", () => following() && mark(video.currentTime));
}

if (video && button) {
    button.hidden = false;
    button.addEventListener("click", () => follow(!following()));
    // Whoever scrolls by hand wants to read on by themselves.
    for (const kind of ["wheel", "touchmove"]) {
        box.addEventListener(kind, () => following() && follow(false), { passive: true });
    }
}

// A link to a second (from a search) shows its paragraph.
const asked = Number(new URLSearchParams(location.search).get("t"));
if (asked > 0 && paragraphs.length) {
    mark(asked);
}
