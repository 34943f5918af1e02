// The page of the desk: notices, the hold on a record, forms and clicks. Its cards are in cards.js, what is said in saying.js,
// what leaves the page in queue.js and the keys in keyboard.js. Without scripts the same forms post and reload.
"use strict";

const WARN_SECONDS = 120; // the hold counts down visibly from here
const ECHO_MS = 250; // a second click so soon was meant for the card that the first one sent away
const QUIET_MS = 60000; // without a move for so long, nobody is here and nothing is held for longer
const STRETCH_MS = 50 * 60000; // so long at the desk, and a break is named
const REST_MS = 5 * 60000; // so long without a move was one
const hand = { clickedAt: -ECHO_MS, movedAt: Date.now(), beatAt: Date.now() };

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
  // What offers the hold again stays as it is: it may be in focus, or in the middle of a click.
  if (left <= 0 && card.saidRanOut && here.refused !== card && place.querySelector("button")) return;
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
  hand.beatAt = Date.now();
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
  const isHere = !document.hidden && now - hand.movedAt < QUIET_MS && cardNow().heldUntil > now;
  if (isHere && now - hand.beatAt > 1000 * Number(desk().dataset.beat)) beat();
  showHold();
  if (hand.movedAt > now - QUIET_MS) nameBreak(now);
}, 1000);

// Kept over pages: who looks a verdict up or goes to the next review is still at the desk.
function nameBreak(now) {
  const [since, seen] = (sessionStorage.getItem("desk-stretch") || `${now} ${now}`).split(" ").map(Number);
  const isLong = now - since > STRETCH_MS && now - seen < REST_MS;
  sessionStorage.setItem("desk-stretch", `${now - seen < REST_MS && !isLong ? since : now} ${now}`);
  if (!isLong || !document.querySelector("[data-notice]").hidden) return;
  const words = "You have been at the desk for 50 minutes. A few minutes away keep your eye sharp.";
  showNotice("attention", words, button("Go on", () => showNotice("")));
  announce(words);
}

for (const name of ["keydown", "pointermove", "pointerdown", "wheel"]) {
  document.addEventListener(name, () => { hand.movedAt = Date.now(); }, { passive: true });
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
  const isEcho = event.detail > 1 || performance.now() - hand.clickedAt < ECHO_MS;
  if (isEcho) { event.preventDefault(); event.stopPropagation(); return; }
  hand.clickedAt = performance.now();
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
