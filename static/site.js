// What the public pages do where scripts run; each page and form works without it.
// All sentences come from the templates (data attributes of the panel), so that they can be translated.

const PATIENCE_MS = 20_000;
// The same steps and limits as mailings.rules.suggest_domain, so that hint and thank-you page agree.
const REAL_ENDING = /^(com|net|org|(com|co|ne|net|org)\.[a-z]{2}|(?!co|cm|om|ne|nt)[a-z]{2})$/;
const GMAIL = "gmail";
const CLOSE_ENOUGH = 0.85;
// Pages of ours on which nobody reads; and the addresses of some hold a key that is nobody else's affair.
const NOT_READ = /^\/(admin|accounts|newsletter|not-me|packet)\//;

function words(element, name) {
  return element.closest("[data-sending]")?.dataset[name] ?? "";
}

// --- Sending

function submitButton(form) {
  return form.querySelector("button[type=submit]");
}

function startSending(form) {
  const button = submitButton(form);
  // A search sends nothing of anybody's: its button stays as it is.
  if (!button || !form.closest("[data-sending]")) return;
  button.dataset.label = button.textContent;
  button.textContent = words(form, "sending");
  button.disabled = true;
  say(form, words(form, "sending"));
}

function stopSending(form) {
  const button = submitButton(form);
  if (!button?.dataset.label) return;
  button.textContent = button.dataset.label;
  button.disabled = false;
  // htmx reports an error before or after the end of the request; the second of the two must not wipe the sentence.
  delete button.dataset.label;
  say(form, "");
}

function say(form, sentence) {
  const place = form.querySelector(".sending");
  if (place) place.textContent = sentence;
}

function notSent(event) {
  const form = event.detail.elt;
  stopSending(form);
  say(form, words(form, "notSent"));
}

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.timeout = PATIENCE_MS;
});
document.addEventListener("htmx:beforeRequest", (event) => startSending(event.detail.elt));
document.addEventListener("htmx:afterRequest", (event) => stopSending(event.detail.elt));
for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(name, notSent);
}

// --- After an answer

document.addEventListener("htmx:afterSettle", (event) => {
  const panel = document.getElementById(event.detail.target.id);
  panel?.querySelector("[autofocus]")?.focus();
});

// --- The clinic's hours, for whoever reads elsewhere

function offsetOf(moment) {
  const [, sign, hours, minutes] = moment.match(/([+-])(\d\d):(\d\d)$/) ?? [];
  return sign ? Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) : null;
}

function sayHereToo(place) {
  const moment = place.dataset.changesAt, here = new Date(moment);
  if (offsetOf(moment) === null || offsetOf(moment) === -here.getTimezoneOffset()) return;
  const sameDay = here.toDateString() === new Date().toDateString();
  const time = here.toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit", weekday: sameDay ? undefined : "long" });
  place.append(` · ${place.dataset.elsewhere.replace("%s", time)}`);
}

document.querySelectorAll("[data-changes-at]").forEach(sayHereToo);

// --- A slip in the e-mail address

function lettersInCommon(one, other) {
  let size = 0, start = 0, otherStart = 0;
  for (let i = 0; i < one.length; i++) {
    for (let j = 0; j < other.length; j++) {
      let k = 0;
      while (i + k < one.length && one[i + k] === other[j + k]) k++;
      if (k > size) [size, start, otherStart] = [k, i, j];
    }
  }
  if (!size) return 0;
  const before = lettersInCommon(one.slice(0, start), other.slice(0, otherStart));
  return size + before + lettersInCommon(one.slice(start + size), other.slice(otherStart + size));
}

function suggestDomain(domain, common) {
  if (!domain || domain.length > 60 || common.includes(domain)) return null;
  const dot = domain.indexOf(".");
  const [name, ending] = dot < 0 ? [domain, ""] : [domain.slice(0, dot), domain.slice(dot + 1)];
  if (name === GMAIL) return `${GMAIL}.com`;
  if (common.some((known) => known.startsWith(`${name}.`)) && REAL_ENDING.test(ending)) return null;
  const likeness = (known) => (2 * lettersInCommon(known, domain)) / (known.length + domain.length);
  const best = common.reduce((a, b) => (likeness(b) > likeness(a) ? b : a));
  return likeness(best) >= CLOSE_ENOUGH ? best : null;
}

function addHint(input) {
  const hint = document.createElement("div");
  hint.className = "meant";
  hint.setAttribute("role", "status");
  input.after(hint);
  input.addEventListener("blur", () => offerDomainAfterPress(input));
}

function offerDomain(input) {
  const hint = input.parentElement.querySelector(".meant");
  const at = input.value.lastIndexOf("@");
  const typed = input.value.slice(at + 1).trim().toLowerCase();
  const domain = at > 0 ? suggestDomain(typed, input.dataset.suggestDomain.split(",")) : null;
  hint.replaceChildren();
  if (!domain) return;
  const address = `${input.value.slice(0, at)}@${domain}`;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words(input, "use").replace("%s", address);
  button.addEventListener("click", () => {
    input.value = address;
    hint.replaceChildren();
    input.focus();
  });
  hint.append(words(input, "meant").replace("%s", domain), button);
}

let pressing = false;
document.addEventListener("pointerdown", () => (pressing = true), true);
for (const name of ["pointerup", "pointercancel"]) {
  document.addEventListener(name, () => (pressing = false), true);
}

function offerDomainAfterPress(input) {
  // A hint that appears between press and release moves the button away, and the click is lost.
  if (pressing) document.addEventListener("pointerup", () => setTimeout(offerDomain, 0, input), { once: true });
  else offerDomain(input);
}

// --- How much of the message is left

function countLetters(area) {
  const counter = area.parentElement.querySelector(".count");
  // By signs, as the server counts: of an emoji, .length counts two.
  const left = Number(area.dataset.countTo) - [...area.value.trim()].length;
  counter.textContent = words(area, left < 0 ? "over" : "left").replace("%s", Math.abs(left));
}

function addCounter(area) {
  const counter = document.createElement("p");
  counter.className = "count form-text";
  counter.setAttribute("role", "status");
  area.after(counter);
  countLetters(area);
  let pause;
  area.addEventListener("input", () => {
    // After a pause only: read out at each letter it would drown what is being typed.
    clearTimeout(pause);
    pause = setTimeout(countLetters, 600, area);
  });
}

// --- Each form, at first and after every swap

function prepare(root) {
  for (const input of root.querySelectorAll("[data-suggest-domain]")) addHint(input);
  for (const area of root.querySelectorAll("[data-count-to]")) addCounter(area);
  for (const field of root.querySelectorAll("[name=source_path]")) {
    // Campaign names stand in the query, which the server does not write into pages that all visitors share.
    if (field.value === location.pathname) field.value = pageReadBefore(field) + location.search;
  }
}

// A form with a page of its own tells nothing of what was read; the page of ours that led to it does. Here and not on
// the server, so that all visitors share one page.
function pageReadBefore(field) {
  if (field.form?.getAttribute("action") !== location.pathname) return location.pathname;
  const before = URL.canParse(document.referrer) ? new URL(document.referrer) : location;
  if (before.origin !== location.origin || NOT_READ.test(before.pathname)) return location.pathname;
  return location.search ? before.pathname : before.pathname + before.search;
}

document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));
