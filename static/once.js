// A second press while the first is on its way does it twice, or is told that what the first one made is there already.
const PATIENCE_MS = 10_000;

document.addEventListener("submit", (event) => {
  const form = event.target;
  // What opens beside this page, as a preview does, leaves it here to be saved.
  if (form.method !== "post" || event.submitter?.formTarget) return;
  if (Date.now() - Number(form.dataset.sentAt ?? 0) < PATIENCE_MS) event.preventDefault();
  // What another script sends in its own way, or holds back to ask first, is that one's to count.
  setTimeout(() => {
    if (!event.defaultPrevented) form.dataset.sentAt = Date.now();
  });
});

// What is answered by a file leaves its form here: with other words in it, it asks for another one.
document.addEventListener("input", (event) => {
  if (event.target.form) delete event.target.form.dataset.sentAt;
});

// Whoever comes back to a page that the browser kept may send it again.
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sentAt;
});
