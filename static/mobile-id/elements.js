// Building what is shown, from texts alone: nothing that comes over the wire is ever read as markup.

export const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "click") made.addEventListener("click", value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
};

export const heading = (text) => element("h1", { tabindex: "-1" }, text);

export const paragraph = (text, className) => element("p", { class: className }, text);

// One tap, one act: while it runs the button says so, and further taps do nothing.
export const button = (label, act, { style = "", busy = "One moment…" } = {}) => {
  const made = element("button", { type: "button", class: `btn ${style}`.trim() }, label);
  made.addEventListener("click", async () => {
    if (made.hasAttribute("aria-disabled")) return;
    made.setAttribute("aria-disabled", "true");
    made.textContent = busy;
    try {
      await act();
    } finally {
      made.textContent = label;
      made.removeAttribute("aria-disabled");
    }
  });
  return made;
};

// Enter in a field does what the button does.
export const form = (does, ...children) => {
  const made = element("form", { class: "stack", novalidate: true }, ...children);
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    does.click();
  });
  return made;
};

export const note = (tone, title, text, role) =>
  element("div", { class: `note note--${tone}`, role },
    element("div", { class: "note__body" }, element("p", { class: "note__title" }, title), paragraph(text)));

// A new screen begins at its heading, for everybody.
export const show = (root, ...nodes) => {
  root.replaceChildren(...nodes.filter(Boolean));
  root.querySelector("h1")?.focus();
};
