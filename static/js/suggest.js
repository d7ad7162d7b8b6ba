// Offers what may be meant while somebody types into a search box: a combobox as the ARIA Authoring Practices describe it.
// Without script the box is a form, and it stays one: Enter without a choice searches for what was typed.

const WAIT = 150; // milliseconds without a key before the site is asked
const SHORTEST = 2; // letters

function option(suggestion, id) {
    const item = document.createElement("li");
    item.id = id;
    item.role = "option";
    item.ariaSelected = "false";
    item.dataset.url = suggestion.url;
    const what = document.createElement("span");
    what.className = "small";
    what.textContent = suggestion.what;
    item.append(suggestion.label, " ", what);
    return item;
}

function offer(input, number) {
    const list = document.createElement("ul");
    list.id = `suggestions-${number}`;
    list.role = "listbox";
    list.ariaLabel = "Suggestions";
    list.className = "suggestions";
    list.hidden = true;
    const count = document.createElement("span");
    count.role = "status";
    count.className = "vh";
    const prepare = () => {
        input.form.append(list, count); // what says how many has to stand there before it says it
        input.setAttribute("aria-controls", list.id);
    };
    const here = document.activeElement === input; // the focus is what fetched this script
    if (here) {
        prepare();
    } else {
        input.addEventListener("focus", prepare, { once: true });
    }
    input.autocomplete = "off";

    let timer = 0;
    let asked = null;

    const current = () => list.querySelector('[aria-selected="true"]');

    function choose(item) {
        current()?.setAttribute("aria-selected", "false");
        if (item) {
            item.setAttribute("aria-selected", "true");
            input.setAttribute("aria-activedescendant", item.id);
            item.scrollIntoView({ block: "nearest" });
        } else {
            input.removeAttribute("aria-activedescendant");
        }
    }

    function close() {
        clearTimeout(timer);
        asked?.abort();
        choose(null);
        list.hidden = true;
        input.setAttribute("aria-expanded", "false");
        count.textContent = "";
    }

    function show(suggestions) {
        choose(null);
        list.replaceChildren(...suggestions.map((one, place) => option(one, `${list.id}-${place}`)));
        list.hidden = suggestions.length === 0;
        input.setAttribute("aria-expanded", String(!list.hidden));
        count.textContent = list.hidden ? "" : `${suggestions.length} suggestion${suggestions.length > 1 ? "s" : ""}`;
    }

    async function ask() {
        asked?.abort();
        asked = new AbortController();
        try {
            const address = `${input.dataset.suggest}?${new URLSearchParams({ q: input.value.trim() })}`;
            const answer = await fetch(address, { signal: asked.signal });
            if (answer.ok && document.activeElement === input) {
                show((await answer.json()).suggestions);
            }
        } catch {
            // Another key was pressed, or there is no connection: the form works all the same.
        }
    }

    function move(step) {
        const items = [...list.children];
        const place = items.indexOf(current()) + step;
        choose(place === -1 || place === items.length ? null : (items[place] ?? items.at(-1)));
    }

    function typed() {
        clearTimeout(timer);
        if (input.value.trim().length < SHORTEST) {
            close();
        } else {
            timer = setTimeout(ask, WAIT);
        }
    }

    if (here) {
        typed(); // perhaps somebody was faster than the script
    }
    input.addEventListener("input", typed);
    input.addEventListener("keydown", (event) => {
        if (list.hidden) {
            if (event.key === "ArrowDown" && input.value.trim().length >= SHORTEST) {
                event.preventDefault();
                ask();
            }
            return;
        }
        const item = current();
        if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            event.preventDefault();
            move(event.key === "ArrowDown" ? 1 : -1);
        } else if (event.key === "Escape") {
            event.preventDefault(); // what was typed stays
            close();
        } else if (event.key === "Enter" && item) {
            event.preventDefault();
            location.assign(item.dataset.url);
        }
    });
    input.addEventListener("blur", close);
    list.addEventListener("pointerdown", (event) => event.preventDefault()); // the focus stays in the box
    list.addEventListener("click", (event) => {
        const item = event.target.closest("li");
        if (item) {
            location.assign(item.dataset.url);
        }
    });
}

document.querySelectorAll("input[data-suggest]").forEach(offer);
