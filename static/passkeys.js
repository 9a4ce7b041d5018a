// What allauth's scripts leave out: buttons that need a script are hidden without one, and trouble is said in words.
// Browsers make no passkeys for a site that is a bare number.
const possible = Boolean(window.PublicKeyCredential) && !/^[\d.]+$|:/.test(window.location.hostname);
for (const button of document.querySelectorAll("button[id^=passkey-]")) {
  button.hidden = !possible;
}
for (const words of document.querySelectorAll("[data-passkey-impossible]")) {
  words.hidden = possible;
}

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  for (const words of document.querySelectorAll("[data-passkey-trouble]")) {
    words.hidden = false;
  }
});
