// Passkeys: what a device answers is put into a field of the form. All else works without this file.
(() => {
  const keys = window.PublicKeyCredential;
  if (!keys?.parseRequestOptionsFromJSON || !keys?.parseCreationOptionsFromJSON || window.passkeysReady) return;
  window.passkeysReady = true;

  const show = () => {
    for (const button of document.querySelectorAll("button[data-passkey][hidden]")) button.hidden = false;
  };

  const answer = async (button) => {
    const body = new URLSearchParams({ purpose: button.dataset.purpose ?? "" });
    body.set("csrf_token", button.form.elements.csrf_token.value);
    const response = await fetch(button.dataset.options, { method: "POST", body, headers: { Accept: "application/json" } });
    const options = await response.json();
    if (!response.ok) return { error: options.error };
    const made =
      button.dataset.passkey === "add"
        ? await navigator.credentials.create({ publicKey: keys.parseCreationOptionsFromJSON(options) })
        : await navigator.credentials.get({ publicKey: keys.parseRequestOptionsFromJSON(options) });
    return { text: JSON.stringify(made) };
  };

  // The answer is long and means nothing to people: it goes along in a hidden field of the same name.
  const keep = (field, text, said) => {
    if (field.type !== "hidden") {
      const hidden = field.nextElementSibling?.type === "hidden" ? field.nextElementSibling : document.createElement("input");
      Object.assign(hidden, { type: "hidden", name: field.name, disabled: !text });
      Object.assign(field, { value: "", disabled: Boolean(text), placeholder: text ? said : "" });
      field.after(hidden);
      hidden.value = text;
    } else field.value = text;
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("button[data-passkey]");
    if (!button) return;
    const adding = button.dataset.passkey === "add";
    const field = document.getElementById(button.dataset.field);
    const status = document.getElementById(button.dataset.status);
    if (adding && !button.form.reportValidity()) return;
    button.disabled = true;
    status.textContent = "";
    if (field.disabled) keep(field, "", "");
    try {
      const { text, error } = await answer(button);
      keep(field, text ?? "", button.dataset.ready ?? "");
      status.textContent = error ?? button.dataset.done ?? "";
      if (text && adding) button.form.requestSubmit();
    } catch {
      status.textContent = button.dataset.failed; // refused, timed out, or no connection
    }
    button.disabled = false;
  });

  document.addEventListener("htmx:after:swap", show);
  show();
})();
