// The lead page without losing the page: a form is sent in the background, and what the site answers takes the place of
// what stood there. Without this script the same forms post and lead back; so they do when an answer is no lead page.
const REFUSALS = [409, 422];
const content = document.getElementById("content-start");
const said = document.getElementById("said");
let busy = false;
let leaving = null;

// --- What is typed and not sent

function isTyped(field) {
  if (!field.name || field.type === "hidden") return false;
  if (field.matches("textarea, input:not([type=checkbox], [type=radio])")) return field.value !== field.defaultValue;
  if (field.matches("input")) return (field.type === "radio") ? field.checked && !field.defaultChecked : field.checked !== field.defaultChecked;
  const first = [...(field.options ?? [])].findIndex((option) => option.defaultSelected);
  return field.matches("select") && field.selectedIndex !== Math.max(first, 0);
}

function isDraft(field) {
  // What comes back in a refused form is the form's own value, and still nowhere saved.
  const refused = "refused" in field.form.dataset && field.matches("textarea, select, input:not([type=hidden], [type=radio]:not(:checked))");
  return isTyped(field) || (refused && Boolean(field.value));
}

function draftsBut(sent) {
  const forms = [...content.querySelectorAll("form.verb")].filter((form) => form !== sent);
  return forms.flatMap((form) => [...form.elements].filter(isDraft).map((field) => noted(form, field)));
}

function noted(form, field) {
  const { name, value, checked } = field;
  return { form: form.id, name, value, checked, seen: seenBeside(form, name), version: versionOf(form) };
}

// What a field says may be kept by another name, under which none stands here: hours for calls, a moment.
function seenBeside(form, name) {
  const all = [...form.elements].filter((field) => field.name.startsWith("seen_"));
  const own = all.filter((field) => field.name === `seen_${name}`);
  const seen = own.length ? own : all.filter((field) => !form.elements[field.name.slice("seen_".length)]);
  return seen.map((field) => [field.name, field.value]);
}

function versionOf(form) {
  return form.elements.version?.value;
}

// Boxes of one name, such as tags, are a list of which only a chosen radio button could be set as a whole.
function fieldOf(form, { name, value }) {
  const found = form?.elements[name];
  return found instanceof RadioNodeList ? [...found].find((one) => one.value === value) : found;
}

// With a draft stays what its writer had before them, so that the site still hears of what others changed meanwhile.
function restore(draft) {
  const form = document.getElementById(draft.form);
  const field = fieldOf(form, draft);
  if (!field) return;
  if (["checkbox", "radio"].includes(field.type)) field.checked = draft.checked;
  else field.value = draft.value;
  if (draft.version) form.elements.version.value = draft.version;
  for (const [name, value] of draft.seen) form.elements[name].value = value;
}

// Whoever types what comes next means something new, and need not say so as well.
document.addEventListener("input", (event) => {
  const then = event.target.closest(".then-new") && event.target.form.querySelector("[name=then][value=new]");
  if (then && event.target.value) then.checked = true;
});

// --- Sending

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form.verb") || event.defaultPrevented) return;
  event.preventDefault();
  if (!busy) send(event.target, event.submitter);
});

async function send(form, submitter, again = false) {
  busy = true;
  form.setAttribute("aria-busy", "true");
  try {
    const body = new URLSearchParams(new FormData(form, submitter));
    const response = await fetch(form.action, { method: "POST", body });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const isLead = page.body.classList.contains("lead-page") && (response.ok || REFUSALS.includes(response.status));
    if (isLead) show(page, response, form, submitter);
    else if (page.body.classList.contains("unsaved-page")) await keep(page, form, submitter, again);
    // Who stands between us and the site may have lost the answer to what the site has done.
    else if (response.status >= 500) say(said.dataset.notReached);
    else sendPlainly(form, submitter);
  } catch {
    // Nobody knows whether it arrived; to send it again by itself might do it twice.
    say(said.dataset.notReached);
  } finally {
    busy = false;
    form.removeAttribute("aria-busy");
  }
}

// Signed out meanwhile: the words stay where they are. Signed in again beside it, the page needs its new token.
async function keep(page, form, submitter, again) {
  const token = page.querySelector("#unsaved-form [name=csrfmiddlewaretoken]")?.value;
  if (!again && token && !page.querySelector("#unsaved-words a")) {
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
    return send(form, submitter, true);
  }
  said.replaceChildren(...page.getElementById("unsaved-words").childNodes);
  said.className = "notice";
}

function sendPlainly(form, submitter) {
  if (submitter?.name) {
    const chosen = Object.assign(document.createElement("input"), { type: "hidden" });
    chosen.name = submitter.name;
    chosen.value = submitter.value;
    form.append(chosen);
  }
  leaving = form;
  form.submit();
}

// --- The answer

function show(page, response, form, submitter) {
  const drafts = draftsBut(form);
  const elsewhere = whereElse(form);
  const opened = [...content.querySelectorAll("details[id][open]")].filter((box) => !box.contains(form));
  content.replaceChildren(...page.getElementById("content-start").childNodes);
  document.title = page.title;
  if (response.ok) history.replaceState(history.state, "", response.url);
  else document.getElementById(form.id)?.setAttribute("data-refused", "");
  for (const box of opened) reopen(box, response.ok);
  drafts.forEach(restore);
  if (!elsewhere || !focusAgain(elsewhere)) focusAfter(form, submitter, response.ok);
  say(wordsOf(".messagelist li") || wordsOf(".errornote"));
}

// One form of a set stands open: after a refusal it is the refused one.
function reopen(box, accepted) {
  const same = document.getElementById(box.id);
  if (same && (accepted || !same.name)) same.open = true;
}

// Whoever went on to another field while the answer was on its way stays there.
function whereElse(form) {
  const { activeElement } = document;
  if (!activeElement?.form || activeElement.form === form || !activeElement.id) return null;
  return { id: activeElement.id, from: activeElement.selectionStart, to: activeElement.selectionEnd };
}

function focusAgain({ id, from, to }) {
  const field = document.getElementById(id);
  field?.focus({ preventScroll: true });
  if (typeof from === "number") field?.setSelectionRange?.(from, to);
  return field;
}

function focusAfter(form, submitter, accepted) {
  const same = document.getElementById(form.id);
  const wrong = same?.querySelector(".field-wrong :is(input, select, textarea)") ?? same?.querySelector("button");
  const button = submitter?.value && same?.querySelector(`button[value="${CSS.escape(submitter.value)}"]`);
  const box = form.closest("details[name]") ?? form.closest("details");
  const summary = box?.id && document.querySelector(`#${box.id} > summary`);
  const place = accepted ? (summary || button || document.getElementById("next-heading")) : wrong;
  (place ?? content).focus({ preventScroll: accepted });
}

function wordsOf(selector) {
  return [...content.querySelectorAll(selector)].map((element) => element.textContent.trim()).join(" ");
}

function say(words) {
  said.textContent = words;
  said.classList.toggle("notice", words === said.dataset.notReached);
  said.classList.toggle("visually-hidden", words !== said.dataset.notReached);
}

// --- Coming and going

// From a list, a key leads to a form of this page by its name.
function openNamed() {
  const panel = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  const box = panel && panel.closest(".composer details");
  if (!box) return;
  box.open = true;
  (panel.querySelector("textarea, select, input:not([type=hidden])") ?? box.querySelector("summary")).focus();
}

document.addEventListener("keydown", (event) => {
  const sends = event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches?.("form.verb textarea");
  if (sends) event.target.form.requestSubmit(event.target.form.querySelector("button[type=submit]"));
});

window.addEventListener("beforeunload", (event) => {
  const areas = [...content.querySelectorAll("form.verb textarea")].filter((area) => area.form !== leaving);
  if (areas.some((area) => isDraft(area) && area.value.trim())) event.preventDefault();
});
// Back by the browser's own button, the page may be the one that was left.
window.addEventListener("pageshow", () => (leaving = null));
window.addEventListener("hashchange", openNamed);
// Not before: while a page loads, the browser takes the focus away again to where the name leads.
window.addEventListener("load", () => setTimeout(openNamed));
