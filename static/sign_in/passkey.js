// Passkeys: a form with data-passkey asks the browser for one, puts the answer into its hidden field and goes on.
// Without this script, or without passkeys in the browser, those forms stay hidden and the other ways remain.
(() => {
  "use strict";
  const maker = window.webauthnJSON;
  if (!maker || !window.PublicKeyCredential) return;
  const REFUSED = "No passkey was used. Try again, or use another way.";

  // A form that keeps what was typed may have a field called "dataset" or "action": those names then mean the field.
  const told = (form, name) => form.getAttribute(name);
  const asked = (form) => JSON.parse(document.getElementById(told(form, "data-challenge")).textContent);

  const signIn = async (form) => {
    const answer = await fetch(told(form, "action"), {
      headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" },
    });
    return maker.get((await answer.json()).request_options);
  };

  const prove = (form) => maker.get(asked(form).request_options);

  const add = (form) => {
    const options = asked(form).creation_options;
    const alone = form.querySelector("[name=passwordless]").checked;
    Object.assign(options.publicKey.authenticatorSelection, {
      residentKey: alone ? "required" : "discouraged",
      requireResidentKey: alone,
      ...(alone ? { userVerification: "required" } : {}),
    });
    return maker.create(options);
  };

  const ways = { "sign-in": signIn, prove, add };

  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    form.removeAttribute("hidden");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      event.stopPropagation();
      const field = form.querySelector("[name=credential], [name=proof_passkey]");
      try {
        field.value = JSON.stringify(await ways[told(form, "data-passkey")](form));
      } catch {
        form.querySelector(".form-error").textContent = REFUSED;
        return;
      }
      HTMLFormElement.prototype.submit.call(form);
    });
  });
})();
