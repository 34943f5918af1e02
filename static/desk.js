// The review desk: the next card is in the page already, and what was said is sent by static/desk_queue.js. Keys are in
// static/desk_keyboard.js. Without scripts the same forms post and reload.
"use strict";

const WARN_SECONDS = 120; // the hold counts down visibly from here
const ECHO_MS = 250; // a second click so soon was meant for the card that the first one sent away
const QUIET_MS = 60000; // without a move for so long, nobody is here and nothing is held for longer
const here = { clickedAt: -ECHO_MS, movedAt: Date.now(), beatAt: Date.now(), spare: null, refused: null, afterSaved: null, focused: "", pointedAt: null };
const said = new Map(); // record: its card as it was left, for an undo

const desk = () => document.querySelector("[data-desk]");
const looking = () => document.querySelector("[data-looking]");
const cardNow = () => document.querySelector("[data-desk] > [data-card]");
const shownRecord = () => (cardNow() ? cardNow().dataset.card : "none");
const isWaiting = () => desk() && desk().getAttribute("aria-busy") === "true";

// The control to come back to: what has the focus loses it while the card waits.
function focusInCard() { return cardNow().contains(document.activeElement) ? document.activeElement.id : ""; }

function setWaiting(waits) {
  if (!desk()) return;
  if (waits) here.focused = focusInCard();
  desk().setAttribute("aria-busy", waits ? "true" : "false");
  cardNow().inert = waits;
}

// ---- Cards --------------------------------------------------------------------------------------------------------

function fragment(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content.firstElementChild;
}

function timed(card) {
  card.heldUntil = Date.now() + 1000 * Number(card.dataset.left);
  return card;
}

function showCard(card) {
  const old = cardNow();
  const focused = isWaiting() ? here.focused : focusInCard();
  if (old !== card) { setMarking(false); old.replaceWith(card); }
  if (here.spare === card) here.spare = null;
  setWaiting(false);
  const next = focused && focused !== "note" && card.querySelector(`#${focused}`);
  if (next) next.focus({ preventScroll: true });
  nameRecord();
  showHold();
}

function nameRecord() {
  const words = document.querySelector("[data-bar] [data-position-words]");
  if (words && cardNow()) words.textContent = `· record ${cardNow().dataset.position}`;
}

function advance() {
  if (here.spare) showCard(here.spare); else setWaiting(true);
}

function isUnsent(record) { return unsent.some((letter) => letter.card && letter.card.dataset.card === record); }

// A card that was on the page comes back as it was left, with the token it has now.
function known(card, ...cards) {
  const same = [...cards, said.get(card.dataset.card)].find((one) => one && one.dataset.card === card.dataset.card);
  if (!same) return timed(card);
  const token = card.querySelector("[name=token]").value;
  same.querySelectorAll("[name=token]").forEach((input) => { input.value = token; });
  same.dataset.left = card.dataset.left;
  return timed(same);
}

// ---- Saying something ---------------------------------------------------------------------------------------------

function missing(form) {
  const chosen = form.querySelector('[name="verdict"]:checked, [type=hidden][name="verdict"]');
  if (form.id === "flag" && !chosen) return "Choose Leakage or Unrealistic first.";
  const group = form.id === "flag" && form.querySelector(`[data-when="${chosen.value}"]`);
  return group && !group.querySelector(":checked") ? group.dataset.missing : "";
}

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

// The server's record is the one that counts: show it, unless it is on the page or has been judged meanwhile.
function settle(shown, step, next, spare) {
  if (next && !isUnsent(step.record)) showCard(next);
  if (cardNow().dataset.card === step.record) {
    cardNow().dataset.left = step.left;
    timed(cardNow());
    if (!isUnsent(step.record)) setWaiting(false);
  }
  here.spare = spare && spare !== cardNow() && !isUnsent(spare.dataset.card) ? spare : null;
  if (isWaiting() && here.spare) advance();
  showHold();
}

function onNothing(step) {
  if (unsent.length || here.refused) return;
  closeLook();
  const empty = fragment(step.desk);
  desk().replaceWith(empty);
  announce(empty.dataset.announce);
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

// ---- Notices: not saved yet, signed out, hold ran out -------------------------------------------------------------

function button(words, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button button--small";
  made.textContent = words;
  made.addEventListener("click", act);
  return made;
}

function showNotice(tone, words = "", ...actions) {
  const place = document.querySelector("[data-notice]");
  if (!place || (place.dataset.words === words && words)) return;
  const line = document.createElement("p");
  line.textContent = words;
  place.dataset.words = words;
  place.hidden = words === "";
  place.className = `desk__notice is-${tone || "attention"}`;
  place.replaceChildren(line, ...actions.filter(Boolean));
}

function onState(state, count) {
  if (state === "idle") {
    const place = document.querySelector("[data-notice]");
    if (place && place.dataset.kind === "unsaved") { place.dataset.kind = ""; showNotice(""); }
    return;
  }
  const what = count === 1 ? "1 verdict is" : `${count} verdicts are`;
  if (state === "out") {
    const link = document.createElement("a");
    Object.assign(link, { href: desk().dataset.signIn, target: "_blank", rel: "noopener", textContent: "Sign in" });
    link.className = "button button--small";
    showNotice("attention", `You are signed out. ${what} kept on this page and will be saved when you have signed in, in a new tab.`, link);
  } else {
    showNotice("attention", `${what} not saved yet: the portal does not answer. Trying again; leave this page open.`, button("Try now", sendNext));
  }
  document.querySelector("[data-notice]").dataset.kind = "unsaved";
}

// ---- The hold -----------------------------------------------------------------------------------------------------

function showHold() {
  const place = document.querySelector("[data-hold-words]");
  const card = cardNow();
  if (!place || !card) return;
  const left = Math.ceil((card.heldUntil - Date.now()) / 1000);
  place.replaceChildren();
  if (left > WARN_SECONDS || here.refused === card) return;
  if (left > 0) {
    place.textContent = `held for ${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    return;
  }
  place.append("Your hold ran out. ", button("Hold it again", () => beat(true)));
  if (!card.saidRanOut) announce("Your hold on this record ran out. It is saved all the same unless somebody else has it.");
  card.saidRanOut = true;
}

async function beat(isAsked = false) {
  const card = cardNow();
  if (!card || isWaiting() || unsent.length) return;
  here.beatAt = Date.now();
  const letter = { url: card.dataset.hold, fields: [["token", card.querySelector("[name=token]").value]] };
  const answer = await send(letter, shownRecord()).catch(() => ({}));
  if (answer.step) {
    card.dataset.left = answer.step.left;
    card.saidRanOut = false;
    timed(card);
    if (isAsked) announce("Held again.");
  } else if (answer.reasons) {
    showNotice("blocked", answer.reasons.join(" "), goOn());
  } else if (isAsked) {
    showNotice("attention", "The portal does not answer. What you entered is still here; try again.");
  }
  showHold();
}

window.setInterval(() => {
  if (!desk() || looking()) return;
  const now = Date.now();
  const isHere = !document.hidden && now - here.movedAt < QUIET_MS && cardNow().heldUntil > now;
  if (isHere && now - here.beatAt > 1000 * Number(desk().dataset.beat)) beat();
  showHold();
}, 1000);

for (const name of ["keydown", "pointermove", "pointerdown", "wheel"]) {
  document.addEventListener(name, () => { here.movedAt = Date.now(); }, { passive: true });
}

// ---- Looking closer and looking back ------------------------------------------------------------------------------

const NO_ANSWER = ["The portal does not answer. Try again."];

// In a look back the form itself names the place; on the desk the button does, since its form is that of the flag.
function askedAt(form, submitter) { return submitter.hasAttribute("formaction") ? submitter.formAction : form.action; }

async function ask(form, submitter) {
  const card = looking() || cardNow();
  if (closeWhy(card)) return;
  const letter = { url: askedAt(form, submitter), fields: [...new FormData(form)] };
  const answer = await send(letter, shownRecord()).catch(() => ({}));
  const lack = answer.step ? [] : answer.reasons || (answer.isOut ? ["You are signed out. Sign in and ask again."] : NO_ANSWER);
  showErrors(card, lack);
  if (lack.length) { announce(lack.join(" ")); return; }
  const shown = card.querySelector("[data-record]");
  const record = fragment(answer.step.record);
  record.plain = shown;
  swapRecord(shown, record);
  announce(record.querySelector("[data-why]").textContent);
}

// The same record, shown in another way: what was marked stays marked.
function swapRecord(shown, record) {
  const marked = new Set([...shown.querySelectorAll("[name=fields]:checked")].map((input) => input.value));
  record.querySelectorAll("[name=fields]").forEach((input) => { input.checked = marked.has(input.value); });
  shown.replaceWith(record);
}

function closeWhy(card) {
  const shown = card && card.querySelector("[data-record]");
  const words = shown && shown.querySelector("[data-why]");
  if (!words) return false;
  if (shown.plain) swapRecord(shown, shown.plain); else words.remove(); // without a plain one it came with the page
  announce("Closed.");
  return true;
}

async function look(link) {
  if (unsent.length) { here.afterSaved = () => look(document.querySelector("[data-last] [data-look]")); return; }
  if (!link) return;
  const answer = await fetch(link.href, { headers: { "X-Desk": "look" }, redirect: "manual" }).catch(() => null);
  if (!answer || !answer.ok) { window.location.assign(link.href); return; }
  const view = fragment((await answer.json()).look);
  if (looking()) looking().replaceWith(view); else desk().after(view);
  if (desk()) desk().hidden = true;
  announce(`${view.querySelector("h1").textContent}. ${view.querySelector(".said").textContent}`);
}

function closeLook() {
  if (!looking() || !desk()) return;
  looking().remove();
  desk().hidden = false;
  showHold();
}

// ---- Forms and clicks ---------------------------------------------------------------------------------------------

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!desk() || !form.closest("[data-desk], [data-looking]") || form.method === "dialog") return;
  event.preventDefault();
  release(form); // static/app.js locks a form until the next page comes; none does
  if (event.submitter) { event.submitter.classList.add("is-pressed"); announce(event.submitter.dataset.pressed); }
  if (event.submitter && event.submitter.matches("[data-ask]")) ask(form, event.submitter);
  else if (form.matches("[data-undo]")) undo(form);
  else say(form, event.submitter);
  if (event.submitter) window.setTimeout(() => event.submitter.classList.remove("is-pressed"), 300);
});

document.addEventListener("click", (event) => {
  const decided = event.target.closest("[data-decision] button");
  if (!decided || !event.detail) return; // a key, or a click elsewhere
  const isEcho = event.detail > 1 || performance.now() - here.clickedAt < ECHO_MS;
  if (isEcho) { event.preventDefault(); event.stopPropagation(); return; }
  here.clickedAt = performance.now();
  decided.blur(); // who points does not need the ring, which would look like a choice on the next record
}, true);

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-look], [data-return]");
  if (link && desk() && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    if (link.matches("[data-return]")) closeLook(); else look(link);
  }
  if (event.target.closest(".part") && !window.getSelection().isCollapsed) event.preventDefault(); // text was selected, not marked
  if (event.target.closest("[data-mark]")) setMarking(!isMarking());
  const isCancelled = Boolean(event.target.closest("[data-skip-cancel]"));
  document.querySelectorAll("[data-skip][open]").forEach((menu) => { if (isCancelled || !menu.contains(event.target)) menu.open = false; });
});

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

// ---- Start --------------------------------------------------------------------------------------------------------

function begin() {
  const rules = document.querySelector("[data-rules]");
  if (rules) {
    const kept = window.localStorage.getItem("desk-rules");
    if (kept) rules.open = kept === "open"; else if (window.matchMedia("(max-width: 60rem)").matches) rules.open = false;
    rules.addEventListener("toggle", () => window.localStorage.setItem("desk-rules", rules.open ? "open" : "closed"));
  }
  const spare = document.querySelector("template[data-spare]");
  if (spare) here.spare = timed(spare.content.firstElementChild);
  if (cardNow()) timed(cardNow());
  showHold();
}

begin();
