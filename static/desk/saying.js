// What is said at the desk: what must be chosen first, what is sent by queue.js, and what the portal's answer changes.
"use strict";

// ---- Saying something ---------------------------------------------------------------------------------------------

function missing(form) {
  const chosen = form.querySelector('[name="verdict"]:checked, [type=hidden][name="verdict"]');
  if (form.id === "flag" && !chosen) return "Choose Leakage or Unrealistic first.";
  const group = form.id === "flag" && form.querySelector(`[data-when="${chosen.value}"]`);
  return group && !group.querySelector(":checked") ? group.dataset.missing : "";
}

function isUnsent(record) { return unsent.some((letter) => letter.card && letter.card.dataset.card === record); }

function showErrors(card, reasons) {
  const place = card.querySelector("[data-errors]");
  place.replaceChildren(...reasons.map((words) => {
    const line = document.createElement("p");
    line.className = "field-error";
    line.textContent = words;
    return line;
  }));
}

// A draft of a flag is dropped by Clean only when it is said twice.
function asksFirst(card, form) {
  const place = card.querySelector("[data-clean-asked]");
  const isDrafted = card.querySelector("[name=reasons]:checked") || card.querySelector("#note").value.trim();
  if (!form.contains(place) || !isDrafted || !place.hidden) return false;
  place.hidden = false;
  form.querySelector(".is-pressed")?.classList.remove("is-pressed"); // nothing was said yet
  announce(place.textContent);
  return true;
}

function unaskClean() {
  const place = cardNow() && cardNow().querySelector("[data-clean-asked]:not([hidden])");
  if (place) place.hidden = true;
  return Boolean(place);
}

function say(form, submitter) {
  const card = cardNow();
  if (isWaiting() || asksFirst(card, form)) return;
  unaskClean();
  const lack = form.id === "flag" ? missing(form) : "";
  showErrors(card, lack ? [lack] : []);
  if (lack) { announce(lack); return; }
  if (isTyping()) document.activeElement.blur(); // the next record's keys must not land in its note
  const skip = form.closest("[data-skip]");
  if (skip) skip.open = false;
  const fields = [...new FormData(form, submitter)];
  const isAgain = here.refused === card;
  here.refused = null;
  showNotice("");
  sayLast(card, fields);
  said.set(card.dataset.card, card);
  advance();
  enqueue({ kind: "said", url: form.action, fields, card, tries: 0 }, isAgain);
}

function sayLast(card, fields) {
  const verdict = new Map(fields).get("verdict");
  const line = document.querySelector("[data-last] span");
  if (line) line.textContent = `Record ${card.dataset.position}: ${verdict || "skipped"}, being saved`;
  setUndo(true);
}

function setUndo(can) {
  document.querySelectorAll("[data-desk] [data-undo] button").forEach((button) => { button.disabled = !can; });
  if (here.spare) here.spare.querySelector("[data-undo] button").disabled = !can;
}

function undo(form) {
  const last = unsent[unsent.length - 1];
  if (last && last.card && !last.tries) { // it never left the page
    unsent.pop();
    here.spare = isWaiting() ? null : known(cardNow());
    showCard(last.card);
    return;
  }
  if (isWaiting()) return;
  closeLook();
  setWaiting(true);
  enqueue({ kind: "undo", url: form.action, fields: [], card: null, tries: 0 });
}

function onSaved(letter, step) {
  if (step.desk !== undefined) { onNothing(step); return; }
  document.querySelector("[data-bar]").replaceWith(fragment(step.bar));
  document.querySelector("[data-last]").replaceWith(fragment(step.last));
  const shown = cardNow();
  const next = step.card && known(fragment(step.card), here.spare, shown);
  const spare = step.spare && known(fragment(step.spare), here.spare, shown);
  if (here.refused) here.spare = next || spare || here.spare;
  else settle(shown, step, next, spare);
  nameRecord();
  setUndo(document.querySelector("[data-last]").dataset.undoUrl !== "");
  announce(step.saved);
  // What was asked to be taken back comes back first: anything said before that would be said of a card that leaves.
  if (unsent.some((one) => one.kind === "undo")) setWaiting(true);
  if (here.afterSaved && !unsent.length) { const then = here.afterSaved; here.afterSaved = null; then(); }
}

function onRefused(letter, reasons, isHeld) {
  if (!letter.card) { setWaiting(false); showNotice("blocked", reasons.join(" ")); announce(reasons.join(" ")); return; }
  if (letter.card !== cardNow() && !isWaiting()) here.spare = cardNow();
  here.refused = letter.card;
  post.isPaused = isHeld;
  closeLook();
  showCard(letter.card);
  showErrors(letter.card, reasons);
  showNotice("blocked", `Record ${letter.card.dataset.position} is not saved. ${isHeld ? "" : reasons.join(" ")}`, isHeld ? null : goOn());
  announce(`Not saved. ${reasons.join(" ")}`);
}

function goOn() {
  return button("Go on with the next record", () => {
    here.refused = null;
    showNotice("");
    if (here.spare) showCard(here.spare); else window.location.assign(desk().dataset.here);
  });
}

// ---- Choices: one verdict, its reasons ----------------------------------------------------------------------------

document.addEventListener("input", (event) => { if (event.target.form && event.target.form.id === "flag") unaskClean(); });

document.addEventListener("change", (event) => {
  const input = event.target;
  const form = input.closest("[data-desk] #flag");
  if (!form) return;
  const group = input.closest("[data-when]");
  const verdict = group && form.querySelector(`[name="verdict"][value="${group.dataset.when}"]`);
  if (group && input.checked && !verdict.checked) verdict.click(); // a reason that is clicked chooses its verdict too
  if (input.name !== "verdict") return;
  form.querySelectorAll("[data-when]").forEach((other) => {
    if (other.dataset.when !== input.value) other.querySelectorAll(":checked").forEach((one) => { one.checked = false; });
  });
});

function dropFlag(place) { place.querySelectorAll(".flags input:checked").forEach((input) => { input.checked = false; }); }

// Pointing at the chosen verdict again takes the choice back; a key that is pressed twice does not.
document.addEventListener("pointerdown", (event) => {
  const pointed = event.target.closest("[data-desk] .flags .verdict");
  here.pointedAt = pointed && pointed.querySelector(":checked");
}, true);

document.addEventListener("click", (event) => {
  if (!event.isTrusted || event.target !== here.pointedAt) return;
  here.pointedAt = null;
  dropFlag(cardNow());
  announce("Nothing is chosen.");
});
