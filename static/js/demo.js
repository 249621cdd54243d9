/* The demo's virtual devices: the display goes dark by itself, and its digits can be copied. */
(() => {
  "use strict";
  // The phone shows what arrives by itself.
  const screen = document.querySelector("[data-handset]");
  const look = async () => {
    try {
      const answer = await fetch(location.pathname, { cache: "no-store", redirect: "manual" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-handset]");
      const count = (root) => root.querySelectorAll("article").length + root.querySelectorAll("[value=answer]").length;
      if (fresh && count(fresh) !== count(screen)) screen.replaceChildren(...fresh.children);
    } catch {
      // The portal is away for a moment.
    }
    setTimeout(look, 2000);
  };
  if (screen) setTimeout(look, 2000);
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
