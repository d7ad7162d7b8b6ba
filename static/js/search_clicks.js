// Tells the site that a result was opened, with the words that were searched for and nothing else.

const rows = document.querySelector("[data-searched]");

rows?.addEventListener("click", (event) => {
    if (event.target.closest("a[href]")) {
        navigator.sendBeacon("/search/click/", new URLSearchParams({ q: rows.dataset.searched }));
    }
});
