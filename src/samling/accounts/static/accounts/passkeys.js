// Says on the page when a passkey was not used: the reader declined, or the device has none.
"use strict";

document.addEventListener("allauth.error", (event) => {
  for (const element of document.querySelectorAll("[data-passkey-problem]")) {
    event.preventDefault();
    element.hidden = false;
  }
});
document.addEventListener("click", () => {
  for (const element of document.querySelectorAll("[data-passkey-problem]")) element.hidden = true;
});
