// What an annotator says leaves the page here: one letter at a time, in order, with the same token until it is answered.
// A letter: {url, fields, card, kind, tries}. What happens on the page: onSaved and onRefused of saying.js, onState of desk.js.
"use strict";

const RETRY_SECONDS = [1, 2, 4, 8, 15];
const PATIENCE_MS = 20000;
const BUSY_TRIES = 6;
const unsent = [];
const post = { isSending: false, isPaused: false, timer: 0, state: "idle" };

// Read when a letter is sent: signing in again in another tab changes it.
function csrfCookie() {
  const found = document.cookie.split("; ").find((one) => one.startsWith("csrftoken="));
  return found ? found.slice("csrftoken=".length) : "";
}

function sentences(html) {
  const found = new DOMParser().parseFromString(html, "text/html").querySelector("[data-reasons]");
  if (!found) return [];
  return (found.children.length ? [...found.children] : [found]).map((one) => one.textContent.trim());
}

// {step}, {reasons, isHeld} when refused, {isOut: true} when signed out, or {} when there was no answer to rely on.
async function send(letter, shown) {
  if (!csrfCookie()) return { isOut: true };
  const body = new URLSearchParams(letter.fields);
  body.delete("csrfmiddlewaretoken");
  const answer = await fetch(letter.url, {
    method: "POST", body, redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS),
    headers: { "X-Desk": shown, "X-CSRFToken": csrfCookie() },
  });
  if (answer.type === "opaqueredirect") return { isOut: true };
  const isJson = (answer.headers.get("Content-Type") || "").includes("json");
  const isBusy = answer.status === 409 && !isJson && letter.tries < BUSY_TRIES; // the page that says "busy writing"
  if (answer.status >= 500 || isBusy) return {};
  if (answer.ok) return { step: await answer.json() };
  const said = isJson ? await answer.json() : { reasons: sentences(await answer.text()), is_held: false };
  return { reasons: said.reasons.length ? said.reasons : [`Refused (${answer.status}).`], isHeld: said.is_held };
}

function enqueue(letter, isFirst = false) {
  if (isFirst) unsent.unshift(letter); else unsent.push(letter);
  post.isPaused = false;
  sendNext();
}

async function sendNext() {
  window.clearTimeout(post.timer);
  if (post.isSending || post.isPaused || !unsent.length) return;
  const letter = unsent[0];
  post.isSending = true;
  letter.tries += 1;
  const answer = await send(letter, shownRecord()).catch(() => ({}));
  post.isSending = false;
  if (answer.step || answer.reasons) {
    unsent.shift();
    setState("idle");
    if (answer.step) onSaved(letter, answer.step); else onRefused(letter, answer.reasons, answer.isHeld);
    sendNext();
  } else {
    tryAgain(letter, Boolean(answer.isOut));
  }
}

function tryAgain(letter, isOut) {
  const seconds = RETRY_SECONDS[Math.min(letter.tries, RETRY_SECONDS.length) - 1];
  setState(isOut ? "out" : "lost");
  post.timer = window.setTimeout(sendNext, seconds * 1000);
}

function setState(state) {
  post.state = state;
  onState(state, unsent.length);
}

// Back on the network, or back from the tab where one signed in: at once.
window.addEventListener("online", sendNext);
window.addEventListener("focus", sendNext);
document.addEventListener("visibilitychange", () => { if (!document.hidden) sendNext(); });
window.addEventListener("beforeunload", (event) => { if (unsent.length) event.preventDefault(); });
