// “@” and the beginning of a name offers colleagues under the field: by arrow keys and Enter, or by a click. Without this
// script the same names are typed by hand. Who they are stands on the page already, in the choice of an owner.
const TYPED = /(?:^|[^\p{L}\p{N}.+@-])@([\p{L}\p{N}.'’ -]{0,40})$/u;
const MOST = 6;
const list = Object.assign(document.createElement("ul"), { id: "mention-list", className: "mention-list" });
list.setAttribute("role", "listbox");
let field = null;
let place = 0;

function folded(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

function colleagues() {
  const options = [...(document.getElementById("assign_owner")?.options ?? [])].filter((option) => option.value);
  return options.map((option) => option.textContent.trim());
}

function begun() {
  return field.value.slice(0, field.selectionStart).match(TYPED)?.[1];
}

function fits(name, typed) {
  const words = folded(name).split(" ");
  return words.some((_word, at) => words.slice(at).join(" ").startsWith(folded(typed)));
}

function offer() {
  const typed = begun();
  const names = (typed === undefined) ? [] : colleagues().filter((name) => fits(name, typed)).slice(0, MOST);
  if (!names.length) return close();
  list.setAttribute("aria-label", document.getElementById("said").dataset.colleagues);
  list.replaceChildren(...names.map(option));
  field.after(list);
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-autocomplete", "list");
  go(0);
}

function option(name, at) {
  const item = Object.assign(document.createElement("li"), { id: `mention-${at}`, textContent: name });
  item.setAttribute("role", "option");
  return item;
}

function go(wanted) {
  const { length } = list.children;
  place = (wanted + length) % length;
  [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === place)));
  field.setAttribute("aria-activedescendant", list.children[place].id);
}

function close() {
  list.remove();
  for (const name of ["aria-controls", "aria-activedescendant"]) field?.removeAttribute(name);
}

function pick(name) {
  const end = field.selectionStart;
  field.setRangeText(`${name} `, end - begun().length, end, "end");
  close();
  field.focus();
}

const KEYS = {
  ArrowDown: () => go(place + 1),
  ArrowUp: () => go(place - 1),
  Enter: () => pick(list.children[place].textContent),
  Tab: () => pick(list.children[place].textContent),
  Escape: close,
};

document.addEventListener("input", (event) => {
  if (!event.target.matches("textarea[data-mentions]")) return;
  field = event.target;
  offer();
});

// Before the page sends by Ctrl and Enter, which stays what it is.
document.addEventListener("keydown", (event) => {
  const act = list.isConnected && event.target === field && KEYS[event.key];
  if (!act || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}, true);

// Else the field would lose the place in it to the click.
list.addEventListener("pointerdown", (event) => event.preventDefault());
list.addEventListener("click", (event) => event.target.closest("li") && pick(event.target.closest("li").textContent));
// The cursor goes elsewhere by a key or a press, too, and Enter then means a new line.
document.addEventListener("selectionchange", () => list.isConnected && begun() === undefined && close());
document.addEventListener("focusout", (event) => event.target === field && close());
