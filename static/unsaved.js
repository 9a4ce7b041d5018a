// Signing in gives a new token. Without this script the first press asks for a second one, and loses nothing either.
const form = document.getElementById("unsaved-form");
const trouble = document.getElementById("unsaved-trouble");

async function freshToken() {
  const response = await fetch(form.dataset.today);
  if (!response.ok) throw new Error(response.statusText);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return page.querySelector("#logout-form [name=csrfmiddlewaretoken]")?.value;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const token = await freshToken();
    trouble.hidden = Boolean(token);
    if (!token) return;
    form.elements.csrfmiddlewaretoken.value = token;
  } catch {
    // The site did not answer, or not well: the plain post says so in its own words.
  }
  form.submit();
});
