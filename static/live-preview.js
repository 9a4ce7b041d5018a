// The page as readers will see it, beside what is typed: made by the server of the fields as they are, and kept nowhere.
const form = document.getElementById("article_form");
const pane = document.getElementById("live-preview");
const frame = pane.querySelector("iframe");
const told = document.getElementById("preview-words");
const trouble = document.getElementById("preview-trouble");
const PAUSE_MS = 400;
const PATIENCE_MS = 10000;
// As in admin-skin.css: wide enough for both beside each other.
const WIDE = "(min-width: 64rem)";
const GAP_PX = 16;
let timer = null;
let isAsking = false;
let asked = "";
let row = "";

function fields() {
  return String(new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string")));
}

// One at a time: a slow site is not asked for what nobody will see any more.
async function ask() {
  const body = fields();
  if (!pane.open || isAsking || body === asked) return;
  isAsking = true;
  try {
    await show(keptHere(await answer(body)));
    asked = body;
    trouble.textContent = "";
  } catch {
    trouble.textContent = pane.dataset.away;
  }
  isAsking = false;
  if (asked === body && fields() !== body) later();
}

async function answer(body) {
  const headers = { "Content-Type": "application/x-www-form-urlencoded" };
  // Whoever is signed out is sent to the sign-in page, which is no answer to us.
  const options = { method: "POST", body, headers, redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS) };
  const response = await fetch(form.dataset.preview, options);
  if (!response.ok) throw new Error(response.statusText);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

async function show(page) {
  const words = page.getElementById("typed-words");
  const wereOpen = Boolean(told.querySelector("details[open]"));
  told.replaceChildren(...words.children);
  words.remove();
  if (wereOpen && told.querySelector("details")) told.querySelector("details").open = true;
  const main = frame.contentDocument?.querySelector("main");
  // What is read stays where it is: only the words change.
  if (main) main.replaceWith(frame.contentDocument.adoptNode(page.querySelector("main")));
  else await open(page);
}

async function open(page) {
  for (const element of page.querySelectorAll("script, link:not([rel=stylesheet])")) element.remove();
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
  frame.srcdoc = `<!doctype html>${page.documentElement.outerHTML}`;
  await loaded;
  if (row) goTo(row);
}

// No script runs in the frame, and nothing leads it elsewhere: a link opens beside the editor, or goes to its place.
function keptHere(page) {
  for (const link of page.querySelectorAll("a[href]")) {
    const address = link.getAttribute("href");
    if (address.startsWith("#")) link.href = `about:srcdoc${address}`;
    else Object.assign(link, { target: "_blank", rel: "noopener" });
  }
  return page;
}

// By the window of the frame: an element that scrolls itself into view scrolls the editor, too.
function goTo(id) {
  const place = frame.contentDocument?.getElementById(id);
  const there = frame.contentWindow;
  if (place) there.scrollTo({ top: place.getBoundingClientRect().top + there.scrollY - GAP_PX });
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE_MS);
}

form.addEventListener("input", later);
form.addEventListener("focusin", (event) => {
  const found = event.target.name?.match(/^sections-\d+/)?.[0] ?? "";
  if (found && found !== row) goTo(found);
  row = found;
});
pane.addEventListener("toggle", ask);
pane.hidden = false;
pane.open = matchMedia(WIDE).matches;
