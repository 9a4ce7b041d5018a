// What somebody types into an article is lost when another form of its page is sent, or the page is left. Here both ask.
const form = document.getElementById("article_form");
const question = document.getElementById("unsaved-work");
let asked = null;
let leaving = false;

function entries(of) {
  const values = [...new FormData(of)].map(([name, value]) => [name, value.name ?? value]);
  return JSON.stringify(values);
}

// A page that was refused or filled in holds what was saved nowhere, though nobody touched it since.
function isUnsaved() {
  const untouched = form.cloneNode(true);
  untouched.reset();
  return "unsaved" in form.dataset || entries(form) !== entries(untouched);
}

function ask(other, button) {
  asked = { other, button };
  other.append(question);
  question.hidden = false;
  question.querySelector("button").focus();
}

document.addEventListener("submit", (event) => {
  // The preview opens beside this page, which stays.
  if (event.submitter?.formTarget) return;
  if (event.target === form) leaving = true;
  if (leaving || !event.target.closest("#content") || !isUnsaved()) return;
  event.preventDefault();
  ask(event.target, event.submitter);
});

document.getElementById("go-on").addEventListener("click", () => {
  leaving = true;
  asked.other.requestSubmit(asked.button);
});

window.addEventListener("beforeunload", (event) => {
  if (!leaving && isUnsaved()) event.preventDefault();
});
// Back by the browser's own button, the page may be the one that was left.
window.addEventListener("pageshow", () => (leaving = false));
