// Who signs out on purpose leaves nothing in this browser of what autosave.js keeps. A session that merely ended takes
// nothing along: what was typed is offered again.
const DRAFT = /^article \d+ /;
// Which sign-out was the last one in this browser, and in localStorage: of all its tabs. Who reads it learns nothing else.
const LAST = "last-sign-out";
let isLeaving = false;

function drafts(storage) {
  return Object.keys(storage).filter((name) => DRAFT.test(name));
}

function forget(storage) {
  for (const name of drafts(storage)) storage.removeItem(name);
}

// In other tabs at once; in one that slept or stood elsewhere, before it offers anything again.
function heed() {
  const last = localStorage.getItem(LAST);
  if (!last || last === sessionStorage.getItem(LAST)) return;
  forget(sessionStorage);
  sessionStorage.setItem(LAST, last);
  document.dispatchEvent(new Event("signed-out"));
}

function signOut() {
  const number = crypto.getRandomValues(new Uint32Array(2)).join("-");
  forget(sessionStorage);
  sessionStorage.setItem(LAST, number);
  // Where those of an earlier version lie.
  forget(localStorage);
  localStorage.setItem(LAST, number);
  document.dispatchEvent(new Event("signed-out"));
}

// A browser that forbids storage keeps nothing, either.
function ifAllowed(act) {
  try {
    return act();
  } catch {
    return false;
  }
}

// What the browser would ask of who leaves this page is asked here, with what it keeps of other pages.
function wouldLoseWords() {
  const isAsked = !window.dispatchEvent(new Event("beforeunload", { cancelable: true }));
  return isAsked || ifAllowed(() => drafts(sessionStorage).length + drafts(localStorage).length > 0);
}

document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.signsOut;
  if (!question) return;
  if (wouldLoseWords() && !window.confirm(question)) {
    event.preventDefault();
    return;
  }
  isLeaving = true;
  ifAllowed(signOut);
});

// Before those of the page: they were asked already.
window.addEventListener("beforeunload", (event) => {
  if (isLeaving) event.stopImmediatePropagation();
}, { capture: true });
window.addEventListener("storage", (event) => {
  if (event.key === LAST) ifAllowed(heed);
});
window.addEventListener("pageshow", () => {
  isLeaving = false;
  ifAllowed(heed);
});
ifAllowed(heed);
