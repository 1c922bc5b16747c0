// Small conveniences; every page works without them.
document.documentElement.classList.add("js");

const openMenus = () => document.querySelectorAll("details.menu[open]");

// A menu closes when one clicks beside it, or presses Escape.
document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// The drawer opens where one is.
for (const drawer of document.querySelectorAll("details.drawer"))
  drawer.addEventListener("toggle", () => {
    if (drawer.open) drawer.querySelector("[aria-current]")?.scrollIntoView({ block: "center" });
  });

// Ctrl-K leads to the search.
document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  const field = document.querySelector(".find input");
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
});
