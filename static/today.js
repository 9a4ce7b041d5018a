// A figure opens the queue that bears it, and goes where it belongs while somebody types.
document.addEventListener("keydown", (event) => {
  const typing = event.target instanceof Element && event.target.closest("input, select, textarea");
  if (typing || event.repeat || event.altKey || event.ctrlKey || event.metaKey || !/^[1-9]$/.test(event.key)) {
    return;
  }
  document.querySelector(`.queues a[aria-keyshortcuts="${event.key}"]`)?.click();
});
