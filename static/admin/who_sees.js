// Keeps the sentence beside Publish in step with the audience that is being chosen. Without it, the sentence tells
// the state in which the form was opened.
document.addEventListener("change", async (event) => {
  const form = event.target.form;
  const box = form && form.querySelector("[data-who-sees]");
  if (!box || !["audience", "also_in"].includes(event.target.name)) return;
  const chosen = new URLSearchParams(
    [...new FormData(form)].filter(([name]) => ["audience", "also_in"].includes(name)),
  );
  const answer = await fetch(`${box.dataset.whoSees}?${chosen}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const { sentence, narrows } = await answer.json();
  box.querySelector("[data-who-sees-sentence]").textContent = sentence;
  const close = box.querySelector("[data-who-sees-close]");
  if (close) close.hidden = !narrows;
});
