// <button hidden data-copy="what is copied" data-done="Copied">: shown where a page may write to the clipboard.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  const words = button.firstChild;
  const before = words.data;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    words.data = button.dataset.done;
    setTimeout(() => { words.data = before; }, 2000);
  });
}
