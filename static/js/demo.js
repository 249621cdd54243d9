/* The demo's virtual devices: the display goes dark by itself, and its digits can be copied. */
(() => {
  "use strict";
  document.querySelectorAll("[data-fob]").forEach((fob) => {
    const bar = fob.querySelector("[data-life]");
    const copy = fob.querySelector("[data-copy]");
    if (!bar.value) return;
    const dark = Date.now() + bar.value * 1000;
    const timer = setInterval(() => {
      bar.value = Math.max(0, (dark - Date.now()) / 1000);
      if (bar.value > 0) return;
      clearInterval(timer);
      fob.querySelector("[data-lcd]").textContent = "\u00a0";
      fob.querySelector("[data-life-text]").textContent = "The display is dark. Press the white button for a new code.";
      copy?.remove();
    }, 250);
    if (!copy || !navigator.clipboard) return;
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(copy.dataset.copy);
      copy.querySelector("span").textContent = "Copied";
    });
  });
})();
