// The passkey step. A form says what it needs:
//   <form method="post" action="…" data-passkey="get|create" data-options='{"publicKey":{…}}'
//         [data-conditional] [data-without-user-handle]>
// with an empty hidden input "credential"; a button may say data-hints="hybrid|security-key|client-device". This script
// asks the browser, writes the answer into that input and sends the form. It says how things stand in a live region before the button, in the words of the page's
// <template data-passkey-say="waiting|sent|refused|exists|unsupported">; a form's own [data-passkey-error] says
// "refused" instead where there is one. It keeps nothing and talks to nobody.
// A [data-passkey-autofill] is shown where the browser can offer passkeys in a field.
"use strict";
(() => {
  const bytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (c) => c.charCodeAt(0)).buffer;
  };
  const text = (buffer) => {
    const plain = Array.from(new Uint8Array(buffer), (b) => String.fromCharCode(b)).join("");
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const withIds = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  // WebAuthn Level 3 §5.1.9, §5.1.10; by hand where the browser cannot yet.
  const parse = (kind, options) => {
    const known = window.PublicKeyCredential;
    if (kind === "create") {
      if (known.parseCreationOptionsFromJSON) return known.parseCreationOptionsFromJSON(options);
      return {
        ...options,
        challenge: bytes(options.challenge),
        user: { ...options.user, id: bytes(options.user.id) },
        excludeCredentials: withIds(options.excludeCredentials),
      };
    }
    if (known.parseRequestOptionsFromJSON) return known.parseRequestOptionsFromJSON(options);
    return { ...options, challenge: bytes(options.challenge), allowCredentials: withIds(options.allowCredentials) };
  };

  // WebAuthn Level 3 §5.1: toJSON; by hand where a credential manager gives an object without it.
  const write = (credential) => {
    if (typeof credential.toJSON === "function") {
      try {
        return credential.toJSON();
      } catch {
        // An object made by an extension: read its members below.
      }
    }
    const response = { clientDataJSON: text(credential.response.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    if (credential.response.getTransports) response.transports = credential.response.getTransports();
    return {
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment || undefined,
      clientExtensionResults: credential.getClientExtensionResults(),
      response,
    };
  };

  // What the browser is being asked: one question at a time, and none once the page is left, or the next page could not
  // ask (WebAuthn Level 3 §5.1.4: OperationError while a request is pending).
  const asking = new Set();
  const stop = () => {
    for (const controller of asking) controller.abort();
    asking.clear();
  };
  window.addEventListener("pagehide", stop);

  // The live region stands empty from the beginning, so that a screen reader notices what comes into it.
  const prepare = (form) => {
    const live = document.createElement("div");
    live.dataset.passkeyLive = "";
    live.setAttribute("aria-live", "polite");
    const button = form.querySelector("button");
    if (button) button.before(live);
    else form.append(live);
  };

  const say = (form, state) => {
    const live = form.querySelector("[data-passkey-live]");
    const words = document.querySelector(`template[data-passkey-say="${state}"]`);
    live.replaceChildren(...(words ? [words.content.cloneNode(true)] : []));
    live.className = words ? "box" : "";
    live.dataset.state = state;
  };

  const quiet = (form) => {
    say(form, "");
    form.removeAttribute("aria-busy");
    const place = form.querySelector("[data-passkey-error]");
    if (place) place.hidden = true;
  };

  const send = (form, credential) => {
    const answer = write(credential);
    if (form.hasAttribute("data-without-user-handle")) delete answer.response.userHandle;
    form.elements.namedItem("credential").value = JSON.stringify(answer);
    form.setAttribute("aria-busy", "true");
    say(form, "sent");
    form.submit();
  };

  const refuse = (form, error) => {
    const reason = error && error.name ? error.name : "Unknown";
    quiet(form);
    const place = form.querySelector("[data-passkey-error]");
    // WebAuthn Level 3 §5.1.3: InvalidStateError, an authenticator of excludeCredentials answered.
    const state = { InvalidStateError: "exists", Unsupported: "unsupported" }[reason];
    if (state || !place) {
      say(form, state || "refused");
      return;
    }
    place.dataset.reason = reason;
    place.classList.add("box");
    place.hidden = false;
    place.tabIndex = -1;
    place.focus();
  };

  // `hints` (WebAuthn Level 3 §5.8.7): which kind of device the pressed button is about.
  const ask = async (form, conditional, hints) => {
    if (!window.PublicKeyCredential) throw { name: "Unsupported" };
    const kind = form.dataset.passkey;
    const options = JSON.parse(form.dataset.options).publicKey;
    if (hints) options.hints = hints.split(" ");
    const controller = new AbortController();
    asking.add(controller);
    const request = { publicKey: parse(kind, options), signal: controller.signal };
    if (conditional) request.mediation = "conditional";
    return kind === "create" ? navigator.credentials.create(request) : navigator.credentials.get(request);
  };

  const onSubmit = async (event) => {
    const form = event.currentTarget;
    event.preventDefault();
    if (form.getAttribute("aria-busy") === "true") return;
    stop();
    quiet(form);
    form.setAttribute("aria-busy", "true");
    say(form, "waiting");
    try {
      send(form, await ask(form, false, event.submitter?.dataset.hints));
    } catch (error) {
      refuse(form, error);
    }
  };

  const onLoad = async (form) => {
    const available = window.PublicKeyCredential && window.PublicKeyCredential.isConditionalMediationAvailable;
    if (!available || !(await window.PublicKeyCredential.isConditionalMediationAvailable())) return;
    for (const field of document.querySelectorAll("[data-passkey-autofill]")) field.hidden = false;
    try {
      send(form, await ask(form, true));
    } catch (error) {
      // Nobody asked for this one aloud: the button is still there.
      if (error.name !== "AbortError") console.info("autofill of passkeys ended:", error.name);
    }
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    prepare(form);
    form.addEventListener("submit", onSubmit);
    // Back from the next page: the browser shows this one as it was left.
    window.addEventListener("pageshow", (event) => event.persisted && quiet(form));
    if (!window.PublicKeyCredential) say(form, "unsupported");
    else if (form.hasAttribute("data-conditional") && form.dataset.passkey === "get") onLoad(form);
  }
})();
