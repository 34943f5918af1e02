// The settings page of the desk's keys: a key that is pressed in a field is written into it. Typing its name works as well.
"use strict";

const LEAVES = ["Tab", "Enter", "Escape", "Backspace", "Delete", "Shift", "Control", "Alt", "Meta", "CapsLock", "Dead", "Process"];
const ARROWS = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" };

document.addEventListener("keydown", (event) => {
  const field = event.target.closest("[data-capture]");
  if (!field || event.altKey || event.isComposing) return;
  const mod = event.ctrlKey || event.metaKey;
  if (LEAVES.includes(event.key) && !(mod && event.key === "Enter")) return;
  if (mod && "acvx".includes(event.key.toLowerCase())) return; // copying and pasting a key's name
  event.preventDefault();
  const key = ARROWS[event.key] || (event.key.length === 1 ? event.key.toUpperCase() : event.key);
  field.value = (mod ? "Ctrl+" : "") + key;
});
