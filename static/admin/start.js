// Starts the widgets of Wagtail's forms. Where Wagtail writes a script into its pages, our templates and `home.widgets`
// write <template data-start="a name" data-arguments="[JSON]">, because the content security policy runs no script that
// stands in a page. Only what is named here is ever started.
const FUNCTIONS = ["initDateChooser", "initDateTimeChooser", "initTimeChooser", "createTaskChooser"];
const CLASSES = ["Chooser", "DocumentChooser", "ImageChooser", "InlinePanel", "MultipleChooserPanel", "PageChooser"];
const WAITING = "template[data-start]";

function start(template) {
  const name = template.dataset.start;
  const known = FUNCTIONS.includes(name) || CLASSES.includes(name);
  if (!known || typeof window[name] !== "function") return; // its file may come later in the page
  template.removeAttribute("data-start"); // once, also when the form moves it about
  const values = JSON.parse(template.dataset.arguments);
  if (CLASSES.includes(name)) new window[name](...values);
  else window[name](...values);
}

function startAll(part) {
  if (part.matches?.(WAITING)) start(part);
  part.querySelectorAll?.(WAITING).forEach(start);
}

// Forms come later too: in dialogs, and with every row that somebody adds.
new MutationObserver((changes) => {
  for (const change of changes) change.addedNodes.forEach(startAll);
}).observe(document, { childList: true, subtree: true });
document.addEventListener("DOMContentLoaded", () => startAll(document));
