// Small improvements. Every page works without them.
"use strict";

// Shows what only works with this script.
for (const element of document.querySelectorAll("[data-needs-script]")) {
  element.hidden = false;
}

// A choice made with a pointer is sent at once. With the keyboard it waits for the button,
// because arrow keys change a select at every step.
for (const form of document.querySelectorAll("form[data-submit-on-choice]")) {
  let byPointer = false;
  form.addEventListener("pointerdown", () => { byPointer = true; });
  form.addEventListener("keydown", () => { byPointer = false; });
  form.addEventListener("change", () => { if (byPointer) form.requestSubmit(); });
}

// Copies the page's address and says how it went.
for (const button of document.querySelectorAll("[data-copy-address]")) {
  const status = document.querySelector("[data-copy-status]");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      status.textContent = status.dataset.done;
    } catch {
      status.textContent = status.dataset.failed;
    }
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}

// Folded tables and methods are printed open, and folded again afterwards.
let opened = [];
window.addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("main details:not([open])")];
  for (const details of opened) details.open = true;
});
window.addEventListener("afterprint", () => {
  for (const details of opened) details.open = false;
  opened = [];
});

// A table that fits needs no stop of its own for the keyboard; one that scrolls does.
const fits = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
for (const region of document.querySelectorAll(".table-scroll")) fits.observe(region);
