// The cards of the desk: which one shows, which waits behind it, what is remembered of them, and another look at a record.
// The next card is in the page already. Works on queue.js and app.js; what is said of a card is in saying.js.
"use strict";

const here = { spare: null, refused: null, afterSaved: null, focused: "", pointedAt: null };
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

// ---- One after the other ------------------------------------------------------------------------------------------

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

// A card that was on the page comes back as it was left, with the token it has now.
function known(card, ...cards) {
  const same = [...cards, said.get(card.dataset.card)].find((one) => one && one.dataset.card === card.dataset.card);
  if (!same) return timed(card);
  const token = card.querySelector("[name=token]").value;
  same.querySelectorAll("[name=token]").forEach((input) => { input.value = token; });
  same.dataset.left = card.dataset.left;
  return timed(same);
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
