// Words of the glossary say what they mean where they stand. Where this does not run they lead to the glossary.
const SPACE_PX = 8;

function meaningOf(link, number) {
  const meaning = document.createElement("span");
  Object.assign(meaning, { className: "meaning", id: `meaning-${number}`, popover: "auto" });
  const all = document.createElement("a");
  Object.assign(all, { href: link.href, textContent: link.closest("[data-all-words]").dataset.allWords });
  const words = document.createElement("span");
  // Read out as it opens, since the focus stays on the word.
  words.setAttribute("role", "status");
  meaning.append(words, " ", all);
  meaning.addEventListener("beforetoggle", (event) => {
    words.textContent = event.newState === "open" ? link.dataset.meaning : "";
  });
  return meaning;
}

// Below its word, and within the window: it scrolls with the text.
function place(meaning, button) {
  const word = button.getBoundingClientRect();
  const most = document.documentElement.clientWidth - meaning.offsetWidth - SPACE_PX;
  meaning.style.left = `${Math.max(SPACE_PX, Math.min(word.left, most)) + scrollX}px`;
  meaning.style.top = `${word.bottom + SPACE_PX + scrollY}px`;
}

function explain(link, number) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "term", textContent: link.textContent });
  const meaning = meaningOf(link, number);
  // The browser opens it, closes it on Escape or a press elsewhere, and lets Tab go on into it.
  button.popoverTargetElement = meaning;
  button.setAttribute("aria-expanded", "false");
  meaning.addEventListener("toggle", (event) => {
    button.setAttribute("aria-expanded", String(event.newState === "open"));
    if (event.newState === "open") place(meaning, button);
  });
  link.replaceWith(button, meaning);
}

if (HTMLElement.prototype.togglePopover) document.querySelectorAll("a.term").forEach(explain);
