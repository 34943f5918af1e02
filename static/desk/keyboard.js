// The keys of the desk: each presses the control that names it in data-key. desk.js has what the controls do.
"use strict";

const TYPING = 'input:not([type="radio"], [type="checkbox"], [type="hidden"]), textarea, select';

function isTyping() { return Boolean(document.activeElement && document.activeElement.matches(TYPING)); }

function keyName(event) {
  const mod = event.ctrlKey || event.metaKey ? "mod+" : "";
  return mod + (event.key.length === 1 ? event.key.toLowerCase() : event.key);
}

function controlFor(place, name) {
  const wanted = [...place.querySelectorAll("[data-key]")].filter((control) => control.dataset.key.split(" ").includes(name));
  return wanted.find((control) => !control.disabled && isOffered(place, control));
}

// A reason's letter works once its verdict is chosen.
function isOffered(place, control) {
  const group = control.closest("[data-when]");
  return !group || Boolean(place.querySelector(`[name="verdict"][value="${group.dataset.when}"]:checked`));
}

function operate(control) {
  if (control.matches("textarea")) { control.focus(); return; }
  if (control.matches("[type=radio]")) announce(control.dataset.pressed);
  control.click();
  if (control.matches("[data-skip] > summary")) {
    announce("Skip: choose a reason by its number.");
    control.parentElement.querySelector("button").focus();
  }
}

const isMarking = () => Boolean(desk() && desk().dataset.marking);

function setMarking(marks) {
  if (marks === isMarking()) return;
  if (marks) desk().dataset.marking = "on"; else delete desk().dataset.marking;
  cardNow().querySelector("[data-mark]").setAttribute("aria-pressed", String(marks));
  announce(marks ? "Marking: press the signs of fields. Esc or M ends marking." : "Marking ended.");
}

// While fields are marked, no key may judge or give the record away: the same digits and letters are signs.
const RESTS = '#clean-button, .flags input, [data-skip] > summary, [data-undo] button';

function markBy(name) {
  const box = cardNow().querySelector(`[data-sign="${CSS.escape(name)}"]`);
  if (!box) return false;
  box.click();
  const part = box.closest(".part");
  part.scrollIntoView({ block: "nearest" });
  announce(`${box.checked ? "Marked" : "No longer marked"}: ${part.querySelector(".record__name").textContent}`);
  return true;
}

function onEscape(place) {
  const menu = place.querySelector("[data-skip][open]");
  if (isTyping()) document.activeElement.blur();
  else if (isMarking()) setMarking(false);
  else if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  else if (closeWhy(looking() || cardNow())) return;
  else if (looking() && desk()) closeLook();
  else if (!unaskClean()) dropFlag(place);
}

function onKey(event, place, name) {
  const menu = place.querySelector("[data-skip][open]");
  if (menu && /^[1-9]$/.test(name)) {
    event.preventDefault();
    if (!event.repeat) menu.querySelector(`[data-skip-key="${name}"]`)?.click();
    return;
  }
  const control = menu ? null : controlFor(place, name);
  if (isTyping() && !(control && control.id === "save-button" && name.startsWith("mod+"))) return;
  if (place === desk() && isMarking() && (event.repeat || markBy(name) || (control && control.matches(RESTS)))) {
    event.preventDefault();
    return;
  }
  if (!control) return;
  if (name.startsWith("Arrow") && document.activeElement.matches("[type=radio]")) return;
  event.preventDefault();
  if (!event.repeat && !isWaiting()) operate(control);
}

document.addEventListener("keydown", (event) => {
  const empty = document.querySelector("[data-empty]"); // no record waits: the key of Undo takes a skip or the last verdict back
  const place = looking() || desk() || empty;
  if (!place || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
  const name = keyName(event);
  const isPress = name === "Enter" || name === " ";
  if (event.repeat && isPress && document.activeElement.matches("button, summary, a")) event.preventDefault();
  else if (name === "Escape") { if (place !== empty) onEscape(place); }
  else if (place.dataset.keys === "on" || name.startsWith("mod+")) onKey(event, place, name);
});
