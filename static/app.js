// The script of every page, which works without it (the review desk has its own, static/desk/). All behaviour hangs on data- attributes, by delegation from document.
"use strict";

const live = () => document.getElementById("live");

function announce(words) {
  const region = live();
  if (!region || !words) return;
  region.textContent = "";
  window.setTimeout(() => { region.textContent = words; }, 50); // an empty moment, so that the same words are read twice
}

// ---- One submit at a time -----------------------------------------------------------------------------------------

function isBusy(form) { return form.getAttribute("aria-busy") === "true"; }

function release(form) {
  if (!form) return;
  form.removeAttribute("aria-busy");
  form.querySelectorAll(".is-pressed").forEach((button) => button.classList.remove("is-pressed"));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog" || form.closest("[data-desk]")) return; // static/desk/saying.js sends what is said at the desk
  if (isBusy(form)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  showError(form, "");
  if (form.method === "post") form.setAttribute("aria-busy", "true");
  if (event.submitter) press(event.submitter);
}, true);

// A page from the back-forward cache must not come back locked.
window.addEventListener("pageshow", () => document.querySelectorAll('form[aria-busy="true"]').forEach(release));

function press(control) {
  control.classList.add("is-pressed");
  announce(control.dataset.pressed);
}

// ---- Errors stay beside what caused them --------------------------------------------------------------------------

function showError(form, words) {
  const place = form.querySelector(".form-error");
  if (place) place.textContent = words;
  else announce(words);
}

function reasonOf(xhr) {
  const type = xhr.getResponseHeader("Content-Type") || "";
  if (!type.includes("html")) return `Refused (${xhr.status}). What you entered is still here.`;
  const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
  const reasons = page.querySelector("[data-reasons]");
  if (!reasons) return `Refused (${xhr.status}). What you entered is still here.`;
  const sentences = reasons.children.length ? [...reasons.children] : [reasons];
  return sentences.map((one) => one.textContent.trim()).join(" ");
}

function formOf(event) {
  const source = event.detail.requestConfig ? event.detail.requestConfig.elt : event.target;
  return source && source.closest ? source.closest("form") : null;
}

document.addEventListener("htmx:responseError", (event) => {
  const form = formOf(event);
  if (form) showError(form, reasonOf(event.detail.xhr));
});

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    const form = formOf(event);
    if (form) showError(form, "The server did not answer, so nothing was saved. What you entered is still here; try again.");
  });
}

document.addEventListener("htmx:afterRequest", (event) => {
  const { successful, xhr } = event.detail;
  if (!successful || (xhr && xhr.status === 204)) release(formOf(event));
});

// ---- After a swap: focus is kept, and what changed is said --------------------------------------------------------

let focusedId = "";

document.addEventListener("htmx:beforeSwap", () => {
  const active = document.activeElement;
  focusedId = active && active !== document.body ? active.id || "" : "";
});

document.addEventListener("htmx:afterSwap", (event) => release(formOf(event)));

document.addEventListener("htmx:afterSettle", (event) => {
  const swapped = event.detail.elt;
  if (document.activeElement === document.body) {
    const next = (focusedId && document.getElementById(focusedId)) || swapped.querySelector("[data-autofocus]");
    if (next) next.focus({ preventScroll: true });
  }
  const speaker = swapped.matches("[data-announce]") ? swapped : swapped.querySelector("[data-announce]");
  if (speaker) announce(speaker.dataset.announce);
});

document.addEventListener("announce", (event) => announce(event.detail.value)); // by the HX-Trigger header

// ---- Small things: copy, dialogs, menus, drop fields --------------------------------------------------------------

async function copyFrom(button) {
  const source = document.querySelector(button.dataset.copy);
  const label = button.querySelector("span") || button;
  let done = false;
  if (navigator.clipboard) {
    done = await navigator.clipboard.writeText(source.textContent).then(() => true, () => false);
  }
  if (!done) { // plain http on a closed network has no clipboard interface
    window.getSelection().selectAllChildren(source);
    done = document.execCommand("copy");
  }
  const before = label.dataset.label || label.textContent;
  label.dataset.label = before;
  label.textContent = done ? "Copied" : "Press Ctrl+C";
  announce(label.textContent);
  window.setTimeout(() => { label.textContent = before; }, 2000);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy], [data-dialog]");
  if (!button) return;
  if (button.dataset.copy) copyFrom(button);
  else document.querySelector(button.dataset.dialog).showModal();
});

document.addEventListener("click", (event) => {
  document.querySelectorAll("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
});

for (const [name, over] of [["dragenter", true], ["dragleave", false], ["drop", false]]) {
  document.addEventListener(name, (event) => {
    if (event.target.matches && event.target.matches("input.drop")) event.target.classList.toggle("is-over", over);
  });
}

// ---- Upload progress with cancel; the form is boosted, so htmx sends it -------------------------------------------

function fileSize(bytes) {
  const units = ["B", "KiB", "MiB", "GiB"];
  let power = 0;
  while (bytes >= 1024 && power < units.length - 1) { bytes /= 1024; power += 1; }
  return `${bytes < 9.95 && power ? bytes.toFixed(1) : Math.round(bytes)} ${units[power]}`;
}

function showUpload(form, words, share) {
  const box = form.querySelector("[data-upload-progress]");
  box.hidden = words === "";
  box.querySelector("progress").value = share;
  box.querySelector("[data-upload-line]").textContent = words;
}

document.addEventListener("htmx:beforeSend", (event) => {
  const form = event.target;
  if (!form.matches("[data-upload]")) return;
  form.startedAt = performance.now();
  showUpload(form, "starting", 0);
});

document.addEventListener("htmx:xhr:progress", (event) => {
  const form = event.target;
  const { lengthComputable, loaded, total } = event.detail;
  if (!form.startedAt || !lengthComputable) return;
  if (loaded >= total) { // what follows is the answer coming back, not the file going up
    form.startedAt = 0;
    showUpload(form, `${fileSize(total)} sent, being read`, 1);
    return;
  }
  const seconds = (performance.now() - form.startedAt) / 1000;
  const left = Math.ceil((seconds * (total - loaded)) / loaded);
  showUpload(form, `${fileSize(loaded)} of ${fileSize(total)}` + (seconds > 1 ? `, about ${left} s left` : ""), loaded / total);
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-upload-cancel]")) return;
  const form = event.target.closest("form");
  window.htmx.trigger(form, "htmx:abort");
});

for (const name of ["htmx:xhr:abort", "htmx:responseError", "htmx:sendError", "htmx:sendAbort"]) {
  document.addEventListener(name, (event) => {
    const form = event.target;
    if (!form.matches || !form.matches("[data-upload]")) return;
    form.startedAt = 0;
    showUpload(form, "", 0);
    if (name.includes("bort")) { release(form); announce("Upload cancelled, nothing was kept"); }
  });
}
