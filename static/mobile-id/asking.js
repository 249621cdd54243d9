// One request, opened: what it is for, and the two answers.

import { button, element, form, heading, note, paragraph } from "./elements.js";
import { isTwoDigits } from "./requests.js";

const timeOf = (date) => date.toLocaleTimeString("en-US", { hour: "numeric", minute: "2-digit" });

export const requestButton = (request, open) =>
  element("li", {},
    element("button", { type: "button", class: "tile", click: open },
      element("span", {}, element("b", {}, request.title),
        element("span", {}, `until ${timeOf(request.expiresAt)}`))));

const numberField = () => {
  const problem = element("p", { class: "field__error", id: "number-error", hidden: true });
  const input = element("input", {
    id: "number", type: "text", inputmode: "numeric", autocomplete: "off", class: "code code--2", "aria-describedby": "number-error",
  });
  const field = element("div", { class: "field" },
    element("label", { for: "number" }, "Two digits shown on your computer"), problem, input);
  const read = () => {
    const isSound = isTwoDigits(input.value);
    input.setAttribute("aria-invalid", String(!isSound));
    problem.hidden = isSound;
    problem.textContent = isSound ? "" : "Enter the two digits that your computer shows.";
    if (!isSound) input.focus();
    return isSound ? input.value : null;
  };
  return { field, read };
};

// `answer` sends it; `exit` leaves the request open.
export const asked = (request, { answer, exit, deny }) => {
  const number = request.isTyped ? numberField() : null;
  const approve = async () => {
    const typed = number ? number.read() : "";
    if (typed !== null) await answer({ answer: "approve", number: typed });
  };
  const yes = button("Approve", approve, { style: "btn--yes", busy: "Sending…" });
  return [
    element("div", {}, button("Exit", exit, { style: "btn--link" })),
    heading(request.title),
    ...request.lines.map((line) => paragraph(line, "big")),
    request.number && element("p", {}, "Check that your computer shows request ", element("b", { class: "mono big" }, request.number), "."),
    paragraph(`Asked by ${request.from} at ${timeOf(request.askedAt)}${request.address ? ` from ${request.address}` : ""}. Expires at ${timeOf(request.expiresAt)}.`, "sm muted"),
    form(yes,
      number?.field,
      element("div", { class: "answers" }, button("Deny", deny, { style: "btn--2" }), yes)),
  ];
};

export const whyDenied = (request, { answer, back }) => [
  heading("Why do you deny it?"),
  paragraph(request.title, "big"),
  element("div", { class: "stack" },
    button("It wasn't me", () => answer({ answer: "deny", reason: "not-me" }), { style: "btn--danger", busy: "Sending…" }),
    button("I changed my mind", () => answer({ answer: "deny", reason: "cancelled" }), { style: "btn--2", busy: "Sending…" }),
    button("Back", back, { style: "btn--link" })),
];

const OUTCOMES = {
  ok: ["Done", "ok", "The portal has your answer"],
  warn: ["Not approved", "warn", "What happened"],
  unsure: ["No answer from the portal", "warn", "We can't tell whether your answer arrived"],
};

// When nobody knows whether it arrived, the request still stands in the list if it did not.
export const answered = (outcome, sentence, done) => [
  heading(OUTCOMES[outcome][0]),
  note(OUTCOMES[outcome][1], OUTCOMES[outcome][2], sentence, "status"),
  element("div", { class: "actions" }, button("Done", done)),
];
