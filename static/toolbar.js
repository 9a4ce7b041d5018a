// What an editor does to a section's text by a button or a key. Text goes in as if typed, so that undo takes it back.
const form = document.getElementById("article_form");
const template = document.getElementById("toolbar");
const AT_ONCE_MS = 5000;

// Through the browser's own editing: else it forgets what was there before.
function type(area, text) {
  area.focus();
  if (document.execCommand("insertText", false, text)) return;
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
}

function selected(area) {
  return area.value.slice(area.selectionStart, area.selectionEnd);
}

function bold(area) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const isBold = value.slice(start - 2, start) === "**" && value.slice(end, end + 2) === "**";
  const text = selected(area);
  if (isBold) area.setSelectionRange(start - 2, end + 2);
  type(area, isBold ? text : `**${text}**`);
  const from = isBold ? start - 2 : start + 2;
  area.setSelectionRange(from, from + text.length);
}

function list(area) {
  const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const end = area.value.indexOf("\n", area.selectionEnd);
  area.setSelectionRange(start, end < 0 ? area.value.length : end);
  const lines = selected(area).split("\n");
  const isList = lines.every((line) => !line.trim() || line.startsWith("- "));
  const hasWords = lines.some((line) => line.trim());
  const asItem = (line) => (line.trim() || !hasWords ? `- ${line}` : line);
  const asLine = (line) => line.replace(/^- /, "");
  type(area, lines.map(isList && hasWords ? asLine : asItem).join("\n"));
}

// The address is selected: it is what one types next.
function link(area, address = "https://", words = selected(area)) {
  const start = area.selectionStart;
  type(area, `[${words}](${address})`);
  const at = start + words.length + 3;
  if (words) area.setSelectionRange(at, at + address.length);
  else area.setSelectionRange(start + 1, start + 1);
}

function citation() {
  const value = (name) => document.getElementById(`id_citation_${name}`)?.value.trim() ?? "";
  const [first, second] = value("authors").split("\n");
  const words = [first?.trim(), second && "et al.", value("year")].filter(Boolean).join(" ");
  return value("doi") && { address: `https://doi.org/${encodeURI(value("doi"))}`, words };
}

function cite(area, bar) {
  const found = citation();
  say(bar, found ? "" : bar.dataset.noDoi);
  if (!found) return;
  link(area, found.address, selected(area) || found.words);
  area.setSelectionRange(area.selectionEnd + 1, area.selectionEnd + 1);
}

function say(bar, words) {
  bar.parentElement.querySelector(".toolbar-words").textContent = words;
}

const ACTS = { bold, list, link: (area) => link(area), cite };

// One stop of Tab for the whole bar; arrows go along it, as WAI-ARIA has it for a toolbar.
function rove(bar, event) {
  const buttons = [...bar.querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  const next = buttons[(to + buttons.length) % buttons.length];
  for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
  next.focus();
}

// Where somebody went on meanwhile, in this field or another, they go on.
function exchange(area, start, pasted, clean) {
  const end = start + pasted.length;
  if (area.value.slice(start, end) !== pasted) return;
  const moved = (place) => (place >= end ? place + clean.length - pasted.length : place);
  const [from, to] = [moved(area.selectionStart), moved(area.selectionEnd)];
  const before = document.activeElement;
  area.focus({ preventScroll: true });
  area.setSelectionRange(start, end);
  type(area, clean);
  area.setSelectionRange(from, to);
  before.focus({ preventScroll: true });
}

// The plain text at once: whoever types or saves before the site has answered has it already.
async function pasteClean(area, bar, html, plain) {
  const start = area.selectionStart;
  type(area, plain);
  const pasted = area.value.slice(start, area.selectionEnd);
  const token = form.elements.csrfmiddlewaretoken.value;
  const body = new URLSearchParams({ html, csrfmiddlewaretoken: token });
  const options = { method: "POST", body, redirect: "manual", signal: AbortSignal.timeout(AT_ONCE_MS) };
  let answer = { text: "", said: bar.dataset.plain };
  try {
    answer = await (await fetch(form.dataset.paste, options)).json();
  } catch {
    // Nothing typed is lost by it: the plain text is what a paste has always been.
  }
  say(bar, answer.said);
  if (answer.text && answer.text !== pasted) exchange(area, start, pasted, answer.text);
}

function equip(area, place) {
  const bar = template.content.cloneNode(true).querySelector("[role=toolbar]");
  const words = document.createElement("p");
  Object.assign(words, { className: "toolbar-words quiet" });
  words.setAttribute("role", "status");
  bar.setAttribute("aria-controls", area.id);
  // In the list of keys each stands once.
  if (place) for (const button of bar.querySelectorAll("button")) button.removeAttribute("aria-keyshortcuts");
  area.before(bar, words);
  bar.addEventListener("click", (event) => ACTS[event.target.closest("button")?.dataset.act]?.(area, bar));
  bar.addEventListener("keydown", (event) => rove(bar, event));
  area.addEventListener("keydown", (event) => {
    const act = { b: "bold", k: "link" }[event.key.toLowerCase()];
    if (!act || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    ACTS[act](area, bar);
  });
  area.addEventListener("paste", (event) => {
    const html = event.clipboardData.getData("text/html");
    if (!html) return;
    event.preventDefault();
    pasteClean(area, bar, html, event.clipboardData.getData("text/plain"));
  });
}

form.querySelectorAll("textarea[name$=-body]").forEach(equip);
