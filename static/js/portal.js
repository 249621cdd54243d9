/* EPCS Portal: progressive enhancement only. Every flow works with this file blocked. */
(() => {
  "use strict";
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

  // One quiet live region speaks for everything that changes without a page load.
  const live = document.createElement("div");
  live.className = "vh";
  live.setAttribute("role", "status");
  document.body.append(live);

  // 1. After an error the summary takes the focus, so that everybody starts there.
  document.querySelector("[data-focus]")?.focus();

  // 2. One submit per form: the button says what is happening, further submits are ignored.
  //    The server gives a second click the first answer anyway; this is feedback, not protection.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.hasAttribute("data-once")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    const button = event.submitter || form.querySelector("button:not([type=button])");
    if (!button || !form.dataset.once) return;
    button.dataset.label = button.textContent;
    // As wide as before: else the second click of two lands on what moves into its place.
    button.style.minWidth = `${button.offsetWidth}px`;
    button.textContent = live.textContent = form.dataset.once;
    button.setAttribute("aria-disabled", "true");
  });
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    all("button[data-label]", form).forEach((button) => {
      button.textContent = button.dataset.label;
      button.removeAttribute("data-label");
      button.style.minWidth = "";
      button.removeAttribute("aria-disabled");
    });
  }));

  // 3. Show and hide for secrets. The button exists only where it can work.
  all("input[data-reveal]").forEach((input) => {
    const label = input.labels[0].textContent.trim();
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn--2" });
    const show = (shown) => {
      input.type = shown ? "text" : "password";
      button.textContent = shown ? "Hide" : "Show";
      button.setAttribute("aria-label", `${button.textContent} ${label}`);
    };
    const box = Object.assign(document.createElement("div"), { className: "reveal" });
    input.before(box);
    box.append(input, button);
    show(false);
    button.addEventListener("click", () => show(input.type === "password"));
    input.form?.addEventListener("submit", () => show(false));
  });

  // 4. The signing button says how many prescriptions are marked ready.
  const signing = document.querySelector("[data-ready-count]");
  const boxes = all("input[data-ready]");
  if (signing && boxes.length) {
    const words = signing.textContent;
    const count = () => {
      const marked = boxes.filter((box) => box.checked).length;
      signing.textContent = marked ? `${words} ${marked} prescription${marked === 1 ? "" : "s"}` : words;
    };
    boxes.forEach((box) => box.addEventListener("change", count));
    window.addEventListener("pageshow", count);
    count();
  }

  // 5. Another code may be asked for after a while. The server decides; this only counts.
  all("button[data-wait]").forEach((button) => {
    const text = button.parentElement.querySelector("[data-wait-text]");
    const end = Date.now() + Number(button.dataset.wait) * 1000;
    button.addEventListener("click", (event) => {
      if (button.hasAttribute("aria-disabled")) event.preventDefault();
    });
    const wait = () => {
      const left = Math.ceil((end - Date.now()) / 1000);
      if (left > 0) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
      text.textContent = left > 0 ? `You can ask for another code in ${left} second${left === 1 ? "" : "s"}.` : "";
      if (left > 0) setTimeout(wait, 250);
    };
    wait();
  });

  // 6. Where a code is: sending, sent, delivered, or why not. Without this file, as the page was sent.
  all("[data-progress]").forEach((status) => {
    const ask = async () => {
      try {
        const answer = await fetch(status.dataset.progress, { cache: "no-store", redirect: "manual" });
        if (!answer.ok) return;
        const { text, tone, final } = await answer.json();
        const tag = status.firstElementChild;
        if (tag.textContent !== text) tag.textContent = text;
        tag.className = `tag tag--${tone}`;
        if (final) return;
      } catch {
        // The network is away for a moment.
      }
      setTimeout(ask, 2000);
    };
    setTimeout(ask, 1000);
  });

  // 7. A phone is asked. When it has approved, a form that needs nothing more goes on by itself;
  //    where a PIN is still to be entered, the page says that the phone has answered.
  all("[data-countdown]").forEach((clock) => {
    const end = Date.now() + Number(clock.dataset.countdown) * 1000;
    const tick = () => {
      const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      if (left === 60 || left === 30) live.textContent = `${left} seconds left`;
      if (left > 0) setTimeout(tick, 1000);
    };
    tick();
  });
  all("[data-approval]").forEach((status) => {
    const ask = async () => {
      try {
        const answer = await fetch(status.dataset.approval, { cache: "no-store", redirect: "manual" });
        if (answer.ok) {
          const { state, text, final } = await answer.json();
          const form = document.querySelector("form[data-approval-form]");
          if (state === "approved" && form) return form.requestSubmit();
          if (final && state !== "approved") return location.assign(location.pathname + location.search);
          if (final) {
            const [note, body, title] = ["div", "div", "p"].map((name) => document.createElement(name));
            note.className = "note note--ok";
            body.className = "note__body";
            title.className = "note__title";
            title.textContent = text;
            body.append(title);
            note.append(body);
            status.replaceChildren(note);
            live.textContent = text;
            return undefined;
          }
        } else if (answer.status < 500) {
          return undefined;
        }
      } catch {
        // The network is away for a moment.
      }
      return setTimeout(ask, 2000);
    };
    if (status.dataset.approval) setTimeout(ask, 2000);
  });

  // 8. Where a token goes: the practice's address stands there, a home address is typed.
  all("form[data-destinations]").forEach((form) => {
    const lines = ["address", "suite", "city", "state", "zip_code"].map((name) => form.elements[name]);
    const typed = { practice: lines.map((line) => line.dataset.practice ?? ""), home: lines.map(() => "") };
    let shown = form.elements.destination.value;
    all("input[name=destination]", form).forEach((choice) => choice.addEventListener("change", () => {
      typed[shown] = lines.map((line) => line.value);
      shown = choice.value;
      lines.forEach((line, n) => { line.value = typed[shown][n]; });
    }));
  });

  // 9. Printing.
  all("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  // 10. Two minutes before the session ends the person is asked. The server keeps the time:
  //    another tab may have been active meanwhile. Asking never extends the session, staying does.
  const dialog = document.querySelector("dialog[data-idle]");
  if (!dialog) return;
  const WARNING = 120; // seconds
  const stay = dialog.querySelector("[data-stay]");
  const limit = dialog.querySelector("[data-limit]");
  const shownLeft = dialog.querySelector("[data-left]");
  let end = 0;
  let timer = 0;

  const secondsLeft = () => Math.max(0, Math.ceil((end - Date.now()) / 1000));
  const inWords = (seconds) => {
    if (seconds <= 60) return `${seconds} second${seconds === 1 ? "" : "s"}`;
    return seconds <= 90 ? "1 minute" : "2 minutes";
  };
  // Not reload(): that would send a refused form again. The server answers with the sign-in page.
  const leave = () => location.assign(location.pathname + location.search);

  // Resolves to the seconds the server gives, 0 when signed out, or null when it did not answer.
  const ask = async (options) => {
    try {
      const answer = await fetch(dialog.dataset.session, { cache: "no-store", redirect: "manual", ...options });
      if (answer.status >= 500) return null;
      return answer.ok ? (await answer.json()).seconds : 0;
    } catch {
      return null;
    }
  };

  const wait = (seconds) => {
    clearTimeout(timer);
    end = Date.now() + seconds * 1000;
    if (seconds <= 0) return leave();
    if (seconds > WARNING) {
      dialog.close();
      timer = setTimeout(check, (seconds - WARNING) * 1000);
      return undefined;
    }
    if (!dialog.open && limit.hidden) {
      dialog.showModal();
      dialog.append(live); // what lies outside an open dialog is not spoken
    }
    return tick();
  };
  const tick = () => {
    const seconds = secondsLeft();
    shownLeft.textContent = inWords(seconds);
    if (seconds === 60 || seconds === 30) live.textContent = `${seconds} seconds left`;
    timer = setTimeout(seconds ? tick : check, 1000);
  };
  const check = async () => {
    clearTimeout(timer);
    const seconds = await ask({});
    if (seconds !== null) wait(seconds);
    else timer = setTimeout(check, 5000);
  };
  const extend = async () => {
    if (!limit.hidden) return dialog.close();
    const value = dialog.querySelector("[name=csrfmiddlewaretoken]").value;
    const seconds = await ask({
      method: "POST",
      headers: { "X-CSRFToken": value },
      body: new URLSearchParams({ csrfmiddlewaretoken: value }),
    });
    if (seconds === null) {
      live.textContent = "The portal did not answer. Try again.";
      return undefined;
    }
    if (seconds > 0 && seconds <= WARNING) {
      limit.hidden = false;
      stay.textContent = "Continue for now";
    }
    return wait(seconds);
  };

  stay.addEventListener("click", extend);
  dialog.addEventListener("close", () => document.body.append(live));
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    extend();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) check();
  });
  wait(Math.max(1, Number(dialog.dataset.seconds)));
})();
