// Lists of which several are chosen become token fields; without this script they are plain lists.
// What they need is loaded only by pages that have one.
(() => {
  const { library, style, remove, none } = document.currentScript.dataset;
  const lists = document.querySelectorAll("select[multiple][data-tokens]");
  if (!lists.length) return;

  const tokens = (list) => {
    const field = new TomSelect(list, {
      plugins: { remove_button: { title: remove } },
      maxOptions: null,
      hidePlaceholder: true,
      searchField: ["text", "value"],
      render: {
        item: (option, escape) => `<div>${escape(option.text.trim())}</div>`,
        no_results: (_data, escape) => `<div class="no-results">${escape(none)}</div>`,
      },
    });
    list.setAttribute("aria-hidden", "true"); // its label is the field's now, and it can't be reached by keyboard
    for (const name of ["aria-describedby", "aria-invalid"]) {
      if (list.hasAttribute(name)) field.control_input.setAttribute(name, list.getAttribute(name));
    }
  };

  const sheet = document.createElement("link");
  Object.assign(sheet, { rel: "stylesheet", href: style });
  const script = document.createElement("script");
  script.src = library;
  script.addEventListener("load", () => lists.forEach(tokens));
  document.head.append(sheet, script);
})();
