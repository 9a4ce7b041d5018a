// Single keys for who works here all day. Whatever bears aria-keyshortcuts="x" is pressed by x; a list of rows has keys
// of its own, which its page names in the dialog. WCAG 2.1.4: the dialog switches all of them off, and nothing else.
const OFF = "single-keys-off";
const dialog = document.querySelector("#keys-dialog");
const switcher = document.querySelector("#keys-on");
const shown = document.querySelector("#keys-shown");
const rows = [...document.querySelectorAll("#result_list tbody tr")].filter((row) => linkOf(row));
let place = -1;

const LIST = {
  j: () => go(place + 1),
  k: () => go(place - 1),
  o: () => open(""),
  n: () => open("note"),
  c: () => open("call"),
  x: () => rows[place]?.querySelector("input.action-select")?.click(),
};

function linkOf(row) {
  return row.querySelector("th a[href]");
}

// Back from a lead, the list stands where it was left: the browser keeps this with the entry of its history.
function go(wanted) {
  const next = Math.min(Math.max(wanted, 0), rows.length - 1);
  if (next < 0) return;
  rows[place]?.removeAttribute("aria-current");
  place = next;
  rows[place].setAttribute("aria-current", "true");
  linkOf(rows[place]).focus({ preventScroll: true });
  rows[place].scrollIntoView({ block: "nearest" });
  history.replaceState({ ...history.state, row: linkOf(rows[place]).pathname }, "");
}

function open(at) {
  if (!rows[place]) return;
  const address = new URL(linkOf(rows[place]).href);
  address.hash = at;
  window.location.assign(address);
}

function press(element) {
  if (element.matches("summary")) {
    element.parentElement.open = true;
    (element.parentElement.querySelector("input:not([type=hidden]), select, textarea") ?? element).focus();
  } else if (element.matches("input:not([type=checkbox], [type=radio], [type=submit], [type=button]), select, textarea")) {
    element.focus();
    element.select?.();
  } else {
    element.click();
  }
}

function isOff() {
  // A browser that forbids storage forbids reading it too.
  try {
    return localStorage.getItem(OFF) === "yes";
  } catch {
    return false;
  }
}

function switchTo(on) {
  try {
    if (on) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "yes");
  } catch {
    // Then they stay as they are.
  }
  switcher.checked = !isOff();
}

function isTyping(target) {
  const fields = "input:not([type=checkbox], [type=radio], [type=submit], [type=button]), select, textarea";
  return target instanceof Element && (target.isContentEditable || target.closest(fields) !== null);
}

function find(key) {
  const found = document.querySelectorAll(`[aria-keyshortcuts~="${CSS.escape(key)}"]`);
  return [...found].find((element) => element.checkVisibility());
}

// Shift is part of some signs ("?"), on other keyboards of others; of a letter it makes another one.
function plainKey(event) {
  const shifted = event.shiftKey && /\p{L}/u.test(event.key);
  // AltGr makes signs on many keyboards, and Windows calls it Ctrl and Alt.
  const combined = (event.altKey || event.ctrlKey) && !event.getModifierState("AltGraph");
  const held = combined || event.metaKey || shifted;
  return held || event.repeat || event.isComposing || [...event.key].length > 1 ? "" : event.key.toLowerCase();
}

document.addEventListener("keydown", (event) => {
  const key = plainKey(event);
  if (!key.trim() || event.defaultPrevented || dialog?.open || isTyping(event.target) || isOff()) return;
  const element = find(key);
  const move = rows.length && dialog?.querySelector(`[data-list-key="${CSS.escape(key)}"]`) ? LIST[key] : undefined;
  if (!element && !move) return;
  // Else the key that goes to a field would be typed into it.
  event.preventDefault();
  if (element) press(element);
  else move();
});

function nameOf(element) {
  const label = document.getElementById(element.getAttribute("aria-labelledby") ?? "");
  const named = element.getAttribute("aria-label") ?? label?.textContent ?? element.labels?.[0]?.textContent;
  if (named) return named.trim();
  const copy = element.cloneNode(true);
  for (const silent of copy.querySelectorAll("[aria-hidden=true]")) silent.remove();
  return copy.textContent.replace(/\s+/g, " ").trim();
}

// Anew each time: what a page shows may have changed since.
function list() {
  const template = document.querySelector("#keys-row");
  const visible = [...document.querySelectorAll("[aria-keyshortcuts]")].filter((element) => element.checkVisibility());
  const lines = visible.map((element) => {
    const line = template.content.cloneNode(true);
    line.querySelector("kbd").textContent = element.getAttribute("aria-keyshortcuts");
    line.querySelector("dd").textContent = nameOf(element);
    return line;
  });
  shown.replaceChildren(...lines);
}

function show() {
  list();
  switcher.checked = !isOff();
  dialog.showModal();
}

if (dialog) {
  for (const button of document.querySelectorAll("[data-opens-keys]")) {
    button.hidden = false;
    button.addEventListener("click", show);
  }
  switcher.addEventListener("change", () => switchTo(switcher.checked));
  for (const row of rows) {
    row.addEventListener("focusin", () => {
      if (rows[place] === row) return;
      rows[place]?.removeAttribute("aria-current");
      place = rows.indexOf(row);
      row.setAttribute("aria-current", "true");
    });
  }
  const left = rows.findIndex((row) => linkOf(row).pathname === history.state?.row);
  if (left >= 0) go(left);
}
