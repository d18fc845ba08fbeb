// What a page does besides the passkey step. Nothing depends on it: without a script people press the links that stand
// there anyway. It keeps nothing and asks nobody but the address of the page itself.
//   <button type="button" data-print hidden>words</button>       comes into sight, and prints the page
//   <fieldset data-keys>radio buttons</fieldset>                 1, 2, 3 choose an option while the focus is among them
//   <div role="status" data-waits="STATE">                       is looked after until the page has no such element
"use strict";
(() => {
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  // WCAG 2.1.4: a key of one character may only act where the focus is.
  for (const group of document.querySelectorAll("[data-keys]")) {
    const options = [...group.querySelectorAll("[type=radio]")];
    options.forEach((option, index) => {
      const key = document.createElement("kbd");
      key.textContent = String(index + 1);
      key.className = "wide-only";
      key.setAttribute("aria-hidden", "true");
      option.parentElement.append(key);
    });
    group.addEventListener("keydown", (event) => {
      const option = options[Number(event.key) - 1];
      if (!option || event.ctrlKey || event.altKey || event.metaKey) return;
      option.focus();
      option.click();
    });
  }

  // A page that waits is never taken away from under its reader: what is new is said first, and whoever stands on a
  // button or link of the page stays there.
  const waits = document.querySelector("[data-waits]");
  const LOOK_MS = 4000;
  const READ_MS = 3000;

  const goOn = (address) => {
    const standing = document.activeElement;
    if (!standing || standing === document.body || standing.id === "main") location.replace(address);
  };

  const look = async () => {
    let later = LOOK_MS;
    try {
      const answer = document.hidden ? null : await fetch(location.href);
      if (answer && answer.status < 500) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const now = page.querySelector("[data-waits]");
        if (!now) {
          waits.textContent = page.querySelector("h1")?.textContent ?? "";
          setTimeout(goOn, READ_MS, answer.url);
          later = 0;
        } else if (now.dataset.waits !== waits.dataset.waits) {
          waits.dataset.waits = now.dataset.waits;
          waits.replaceChildren(...now.childNodes);
        }
      }
    } catch {
      // No connection just now: the next look will tell.
    }
    if (later) setTimeout(look, later);
  };

  if (waits) setTimeout(look, LOOK_MS);
})();
