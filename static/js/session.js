// Warns two minutes before a session ends, in a dialog that one press puts off. Once it has ended, what was typed stays on
// the page: after signing in again in another tab the forms here can be sent.
const WARNED = 120; // seconds
const TOLD = [90, 60, 30, 10]; // seconds left at which the time is said again
const QUIET = 5 * 60; // the server hears of keys and pointers at most this often

const dialog = document.querySelector("[data-session]");
let end = Date.now() + dialog.dataset.left * 1000;
let moves = "moves" in dialog.dataset;
let heard = Date.now();
let token = dialog.dataset.csrf;
let timer;

const left = () => Math.round((end - Date.now()) / 1000);
const words = (seconds) => (seconds > 60 ? `${Math.round(seconds / 60)} minutes` : seconds > 45 ? "1 minute" : `${seconds} seconds`);

async function ask(method) {
  const headers = { Accept: "application/json", "X-CSRFToken": token };
  const answer = await fetch(dialog.dataset.session, { method, headers, cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return null;
  const said = await answer.json();
  if (said.left && String(said.user) !== dialog.dataset.user) return { left: 0 }; // somebody else signed in here
  end = Date.now() + said.left * 1000;
  if (!said.left) return said;
  moves = said.moves;
  token = said.csrf; // signing in again makes a new one
  document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((field) => (field.value = token));
  return said;
}

function show(state) {
  dialog.querySelector("[data-title]").textContent = state === "over" ? "You are signed out" : "Are you still there?";
  dialog.querySelectorAll("[data-when]").forEach((part) => (part.hidden = !part.dataset.when.split(" ").includes(state)));
  if (!dialog.open) dialog.showModal();
  dialog.querySelector(".acts > :not([hidden])").focus();
}

function hide() {
  if (dialog.open) dialog.close(); // which puts the focus back
  wait();
}

// Until shortly before the end; then look whether another tab has put it off.
function wait() {
  clearTimeout(timer);
  timer = setTimeout(warn, Math.min(Math.max(0, left() - WARNED) * 1000, 2 ** 31 - 1));
}

async function warn() {
  await ask("GET");
  if (left() > WARNED) return hide();
  if (left() > 0) show(moves ? "soon" : "last");
  count();
}

async function count() {
  clearTimeout(timer);
  if (left() <= 0) {
    await ask("GET");
    if (left() > WARNED) return hide();
    if (left() <= 0) return show("over");
  }
  dialog.querySelectorAll("[data-left-words]").forEach((part) => (part.textContent = words(left())));
  if (TOLD.includes(left())) dialog.querySelector("[data-announce]").textContent = `${words(left())} left`;
  timer = setTimeout(count, 1000);
}

async function stay() {
  if (dialog.open) await ask("GET"); // a token that is good now
  await ask("POST");
  heard = Date.now();
  if (left() > WARNED) hide();
  else warn();
}

// Keys and pointers in a page that sends nothing are acts too.
for (const kind of ["keydown", "pointerdown"]) {
  document.addEventListener(kind, () => {
    if (moves && !dialog.open && Date.now() - heard > QUIET * 1000) stay();
  });
}
dialog.querySelector("[data-stay]").addEventListener("click", stay);
dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
dialog.addEventListener("cancel", (event) => {
  if (dialog.querySelector("[data-stay]").hidden) return;
  event.preventDefault(); // Escape is somebody who is there
  stay();
});
// Timers sleep with the machine; and who comes back from another tab may have signed in there.
document.addEventListener("visibilitychange", async () => {
  if (document.visibilityState !== "visible" || left() > WARNED) return;
  await ask("GET");
  if (left() > WARNED) hide();
  else warn();
});
wait();
