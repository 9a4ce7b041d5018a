// Shows the clinic's details as they are typed. Without this script each button shows them once.
const PATIENCE_MS = 300;
const aside = document.querySelector("[data-preview]");
const form = document.getElementById(aside.dataset.preview);
const buttons = [...aside.querySelectorAll("button")];
let frame = aside.querySelector("iframe");
let chosen = buttons[0];
let coming = null;
let waiting;
let number = 0;

// A form of its own, so that nothing is checked, no file travels, and no other script takes it for saving.
function typed(target) {
  const copy = document.createElement("form");
  Object.assign(copy, { method: "post", action: chosen.formAction, target, hidden: true });
  for (const [name, value] of new FormData(form)) {
    if (typeof value !== "string") continue;
    const field = document.createElement("textarea");
    Object.assign(field, { name, value });
    copy.append(field);
  }
  return copy;
}

// In a new frame each time: whoever presses "back" wants to leave the page, not to see what they typed before.
function show() {
  coming?.remove();
  const next = frame.cloneNode();
  coming = next;
  number += 1;
  next.name = `profile-preview-${number}`;
  next.className = "preview-coming";
  frame.after(next);
  const copy = typed(next.name);
  document.body.append(copy);
  copy.submit();
  copy.remove();
  next.addEventListener("load", () => {
    if (next !== coming) return;
    frame.remove();
    next.className = "";
    [frame, coming] = [next, null];
  });
}

function choose(button) {
  chosen = button;
  for (const each of buttons) each.setAttribute("aria-pressed", String(each === button));
  show();
}

for (const button of buttons) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    choose(button);
  });
}
form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(show, PATIENCE_MS);
});
choose(chosen);
