// Menus that are <details data-menu>: closed by Escape, by a press elsewhere and when the focus leaves.

for (const menu of document.querySelectorAll("details[data-menu]")) {
    const close = () => menu.removeAttribute("open");
    menu.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && menu.open) {
            close();
            menu.querySelector("summary").focus();
        }
    });
    menu.addEventListener("focusout", (event) => {
        if (event.relatedTarget && !menu.contains(event.relatedTarget)) {
            close();
        }
    });
    document.addEventListener("pointerdown", (event) => {
        if (!menu.contains(event.target)) {
            close();
        }
    });
}

// A search box says at once that it suggests; what does it is fetched when somebody turns to it: most visits never do.
for (const input of document.querySelectorAll("input[data-suggest-module]")) {
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    const suggest = () => import(input.dataset.suggestModule);
    if (document.activeElement === input) {
        suggest(); // faster than this script
    } else {
        input.addEventListener("focus", suggest, { once: true });
    }
}
