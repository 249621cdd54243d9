// The screens that need no portal: how to begin, and what to do when something keeps Mobile ID from working.

import { button, element, form, heading, note, paragraph } from "./elements.js";

const onComputer = (...steps) => element("ol", { class: "seq" }, ...steps.map((step) => element("li", {}, step)));

export const PAIRING_ENDED = {
  title: "That pairing ended",
  text: "The new Mobile ID was not registered: it was cancelled or denied, or its time was over.",
};

const linkForm = (pairWith) => {
  const field = element("input", { id: "link", type: "text", autocomplete: "off", spellcheck: "false", inputmode: "url", "aria-describedby": "link-help link-error" });
  const problem = element("p", { class: "field__error", id: "link-error", hidden: true });
  const pair = () => {
    const link = linkIn(field.value);
    field.setAttribute("aria-invalid", String(!link));
    problem.hidden = Boolean(link);
    problem.textContent = link ? "" : "Paste the whole link from our text message.";
    return link ? pairWith(link) : field.focus();
  };
  const yes = button("Pair this phone", pair, { busy: "Pairing…" });
  return form(yes,
    element("div", { class: "field" },
      element("label", { for: "link" }, "Paste the link from our text message"),
      element("div", { class: "help", id: "link-help" }, "Only if the link opened another app or browser than this one."),
      problem, field),
    element("div", { class: "actions" }, yes));
};

// `said`: what happened before, as {title, text}.
export const unpaired = (pairWith, said) => [
  heading("Mobile ID is not on this phone yet"),
  said && note("warn", said.title, said.text, "status"),
  paragraph("You begin on your computer, and finish here:"),
  onComputer(
    "On your computer, open My Settings, EPCS, and select Add or Move to another phone on the Mobile ID card.",
    "We text this phone a link. Open it.",
    "Approve the request that shows up here.",
  ),
  linkForm(pairWith),
];

export const pasting = (pairWith, back) => [
  heading("Pair by a new link"),
  paragraph("What is on this phone goes on working until the new one is approved, or proven by its code."),
  linkForm(pairWith),
  element("div", { class: "actions" }, button("Back to Mobile ID", back, { style: "btn--2" })),
];

export const linkIn = (text) => /#pair=([A-Za-z0-9_-]{43})\s*$/.exec(text)?.[1] ?? "";

// `keep` is the way back, when this phone has a Mobile ID already.
export const offerPairing = (pair, { keep }) => [
  heading("Pair this phone with EPCS Portal?"),
  paragraph("Mobile ID then makes the codes you sign with, and asks you before anything is signed. It is bound to you and to this phone."),
  keep && note("info", "This phone has a Mobile ID already", "It goes on working until the new one is approved, or proven by its code.", undefined),
  note("info", "Keep the screen lock on", "This browser keeps the key on the phone. Whoever can unlock the phone can use it.", undefined),
  element("div", { class: "actions" },
    button("Pair this phone", pair, { busy: "Pairing…" }),
    keep && button("Keep what is here", keep, { style: "btn--2" })),
];

export const forAnother = ({ account, kept, back }) => [
  heading("This link is for somebody else"),
  paragraph(`It adds Mobile ID for ${account}. This phone has the Mobile ID of ${kept}, and nothing was changed.`),
  paragraph(`If ${kept} no longer needs it on this phone, remove it here first. Then choose Send a new request on the computer, and open the newest link.`),
  element("div", { class: "actions" }, button("Back to Mobile ID", back)),
];

export const pairingEnded = (back) => [
  heading(PAIRING_ENDED.title),
  paragraph(`${PAIRING_ENDED.text} The one from before is still on this phone.`),
  element("div", { class: "actions" }, button("Back to Mobile ID", back)),
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

export const failed = (title, sentence, { again, back }) => [
  heading(title),
  paragraph(sentence),
  element("div", { class: "actions" },
    button("Back to Mobile ID", back),
    button("Try again", again, { style: "btn--2" })),
];

export const cancelling = (leave, stay) => [
  heading("Cancel this pairing?"),
  paragraph("The new Mobile ID is not registered then. What was on this phone before stays and works."),
  element("div", { class: "actions" },
    button("Cancel the pairing", leave, { style: "btn--danger", busy: "Cancelling…" }),
    button("Go on with it", stay, { style: "btn--2" })),
];

export const leaving = (leave, stay) => [
  heading("Remove Mobile ID from this phone?"),
  paragraph("Its codes and approvals stop working on this phone at once, and the key is gone for good. On your computer, remove Mobile ID as well, then add it again when you need it."),
  note("warn", "Is it your only way to verify?", "Without a hardware token or a backup phone your identity has to be proofed again before you can add another.", undefined),
  element("div", { class: "actions" },
    button("Remove", leave, { style: "btn--danger", busy: "Removing…" }),
    button("Keep it", stay, { style: "btn--2" })),
];
