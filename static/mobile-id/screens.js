// The screens that need no portal: how to begin, and what to do when something keeps Mobile ID from working.

import { button, element, heading, note, paragraph } from "./elements.js";

const onComputer = (...steps) => element("ol", { class: "seq" }, ...steps.map((step) => element("li", {}, step)));

export const unpaired = (pairWith, said = "") => {
  const field = element("input", { id: "link", type: "text", autocomplete: "off", spellcheck: "false", inputmode: "url" });
  const problem = element("p", { class: "field__error", id: "link-error", hidden: true });
  const pair = () => {
    const link = linkIn(field.value);
    problem.hidden = Boolean(link);
    problem.textContent = link ? "" : "Paste the whole link from our text message.";
    return link ? pairWith(link) : field.focus();
  };
  return [
    heading("Mobile ID is not on this phone yet"),
    said && note("warn", "Mobile ID is not on this phone any more", said, "status"),
    paragraph("You begin on your computer, and finish here:"),
    onComputer(
      "On your computer, open My Settings, EPCS, and select Add on the Mobile ID card. If it says Remove, remove the old one first.",
      "We text this phone a link. Open it.",
      "Approve the request that shows up here.",
    ),
    element("div", { class: "field" },
      element("label", { for: "link" }, "Paste the link from our text message"),
      element("div", { class: "help", id: "link-help" }, "Only if the link opened another app or browser than this one."),
      problem, field),
    element("div", { class: "actions" }, button("Pair this phone", pair, { busy: "Pairing…" })),
  ];
};

export const linkIn = (text) => /#pair=([A-Za-z0-9_-]{43})\s*$/.exec(text)?.[1] ?? "";

export const offerPairing = (pair, { replaces }) => [
  heading("Pair this phone with EPCS Portal?"),
  paragraph("Mobile ID then makes the codes you sign with, and asks you before anything is signed. It is bound to you and to this phone."),
  replaces && note("warn", "This phone has a Mobile ID already", "Pairing takes its place on this phone.", undefined),
  note("info", "Keep the screen lock on", "This browser keeps the key on the phone. Whoever can unlock the phone can use it.", undefined),
  element("div", { class: "actions" }, button("Pair this phone", pair, { busy: "Pairing…" })),
];

export const cannotStore = (support) => [
  heading("This window keeps nothing"),
  paragraph("Mobile ID has to keep a key on this phone, and this browser refuses: it is a private window, or storage is turned off."),
  onComputer(
    "Open the link from our text message in an ordinary window of your browser.",
    "Or use an authenticator app: scan the QR code on your computer with it, then select Verify with Mobile ID code.",
  ),
  paragraph(`If neither works, call support at ${support}.`),
];

export const cannotSign = (support) => [
  heading("This browser can't run Mobile ID"),
  paragraph("It lacks the means to keep a key safely (WebCrypto over https). Nothing was set up."),
  onComputer(
    "Update the browser, or open the link in the phone's own browser.",
    "Or use an authenticator app: scan the QR code on your computer with it, then select Verify with Mobile ID code.",
  ),
  paragraph(`If neither works, call support at ${support}.`),
];

export const failed = (title, sentence, again) => [
  heading(title),
  paragraph(sentence),
  element("div", { class: "actions" }, button("Try again", again)),
];

export const leaving = (leave, stay) => [
  heading("Remove Mobile ID from this phone?"),
  paragraph("Its codes and approvals stop working on this phone at once, and the key is gone for good. On your computer, remove Mobile ID as well, then add it again when you need it."),
  element("div", { class: "actions" },
    button("Remove", leave, { style: "btn--danger", busy: "Removing…" }),
    button("Keep it", stay, { style: "btn--2" })),
];
