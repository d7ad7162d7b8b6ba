// Shows the buttons that copy, and copies: the text of `data-copy`, or the page's own address where it is empty.

const say = document.createElement("p");
say.className = "vh";
say.setAttribute("role", "status");
document.body.append(say);

const canonical = document.querySelector('link[rel="canonical"]');
const address = () => canonical?.href ?? location.origin + location.pathname;

for (const button of document.querySelectorAll("button[data-copy]")) {
    const words = button.innerHTML;
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
        let result = "Copied";
        try {
            await navigator.clipboard.writeText(button.dataset.copy || address());
        } catch {
            result = "Not copied: select the text and copy it";
        }
        button.textContent = say.textContent = result;
        setTimeout(() => {
            button.innerHTML = words;
            say.textContent = "";
        }, 4000);
    });
}
