// What somebody types into an article is kept: in this tab at once, on the server when they pause. Neither saves it. What
// the tab keeps survives a lost connection and an ended session; static/sign-out.js takes it away, by the first word of KEY.
const form = document.getElementById("article_form");
const told = document.getElementById("kept-words");
const newer = document.getElementById("newer-save");
const offer = document.getElementById("kept-here");
const KEY = `article ${form.dataset.account} ${form.getAttribute("action")}`;
const PAUSE_MS = 2000;
// While the site does not answer, what is typed waits here and is sent then.
const AGAIN_MS = 10000;
let timer = null;
let sending = null;
// Whoever signed out in another tab wants nothing kept here, either.
let isSignedOut = false;

function entries() {
  return [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && !value.name);
}

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    return null;
  }
}

// Of an earlier version it lies where it outlives the tab. From here it is offered as any other, but not in place of a newer one.
function takeOver() {
  try {
    const old = localStorage.getItem(KEY);
    if (old === null || kept()) return;
    sessionStorage.setItem(KEY, old);
    localStorage.removeItem(KEY);
  } catch {}
}

// Returns whether the browser lets us; a full or forbidden storage keeps nobody from typing.
function keepHere(extra = {}) {
  if (isSignedOut) return false;
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ begun: form.elements.begun_from.value, entries: entries(), ...extra }));
    return true;
  } catch {
    return false;
  }
}

function forget(key = KEY) {
  try {
    sessionStorage.removeItem(key);
  } catch {}
}

function say(words) {
  if (told.textContent !== words) told.textContent = words;
}

async function send() {
  sending = new AbortController();
  const body = new URLSearchParams([...entries(), ["csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value]]);
  const sent = JSON.stringify(entries());
  // What was asked before a sign-out is answered to whoever left.
  const wasSignedOut = isSignedOut;
  try {
    // Whoever is signed out is sent to the sign-in page, which is no answer to us.
    const options = { method: "POST", body, redirect: "manual", signal: sending.signal };
    const response = await fetch(form.dataset.keep, options);
    if (!response.ok) throw new Error(response.statusText);
    const answer = await response.json();
    if (wasSignedOut) goOn();
    // Where the site did not take it, what the browser has is all there is.
    if (answer.kept && JSON.stringify(entries()) === sent) forget();
    say(answer.kept || (isSignedOut ? told.dataset.gone : told.dataset.here));
    newer.hidden = !answer.newer;
    newer.textContent = answer.newer;
  } catch (error) {
    if (error.name === "AbortError") return;
    say(isSignedOut ? told.dataset.gone : told.dataset.away);
    again(AGAIN_MS);
  }
}

// What the site answers, somebody signed in anew.
function goOn() {
  isSignedOut = false;
  keepHere();
}

function again(pause) {
  clearTimeout(timer);
  timer = setTimeout(send, pause);
}

form.addEventListener("input", () => {
  const isHere = keepHere();
  if (form.dataset.keep) again(PAUSE_MS);
  else if (isHere) say(told.dataset.here);
});

document.addEventListener("signed-out", () => {
  isSignedOut = true;
  offer.hidden = true;
  if (told.textContent || "unsaved" in form.dataset) say(told.dataset.gone);
});

form.addEventListener("submit", (event) => {
  if (event.submitter?.formTarget) return;
  clearTimeout(timer);
  sending?.abort();
  // Until the next page shows that it arrived.
  if (kept() || !form.dataset.keep) keepHere({ sent: true });
});

function hasArrived(found) {
  const { newestByMe } = form.dataset;
  return found.sent && newestByMe !== undefined && Number(form.elements.begun_from.value) > Number(found.begun);
}

// As another page of ours would be sent: by a form, so that the server fills in the fields as it does elsewhere.
function putBack(found) {
  const back = document.createElement("form");
  back.method = "post";
  back.action = form.action;
  const token = form.elements.csrfmiddlewaretoken.value;
  for (const [name, value] of [...found.entries, ["csrfmiddlewaretoken", token], ["put_back", ""]]) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    back.append(field);
  }
  document.body.append(back);
  back.submit();
}

// Of a new article the page before was the empty form; this one is the article that became of it.
const added = form.dataset.addedFrom;
if (added && document.referrer.endsWith(added)) forget(`article ${form.dataset.account} ${added}`);
takeOver();
const found = kept();
if (found && hasArrived(found)) forget();
else if (found && !("unsaved" in form.dataset)) {
  offer.hidden = false;
  document.getElementById("put-back").addEventListener("click", () => putBack(found));
  document.getElementById("throw-away").addEventListener("click", () => {
    forget();
    offer.hidden = true;
  });
}
