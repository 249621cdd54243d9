// The screen one comes back to: the bell, the code of now, and what may be done with this phone.

import { button, element, heading, note, paragraph } from "./elements.js";
import { requestButton } from "./asking.js";
import { codeAt, secondsLeft } from "./totp.js";

const BELL = "M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 20h4";
const SVG = "http://www.w3.org/2000/svg";

const bellPicture = () => {
  const picture = document.createElementNS(SVG, "svg");
  const line = document.createElementNS(SVG, "path");
  picture.setAttribute("viewBox", "0 0 24 24");
  picture.setAttribute("class", "icon");
  picture.setAttribute("aria-hidden", "true");
  line.setAttribute("d", BELL);
  picture.append(line);
  return picture;
};

export class Home {
  constructor(acts) {
    Object.assign(this, { acts, phone: null, isBesideAnother: false, requests: [], problem: null, isListOpen: false });
  }

  get isShown() {
    return Boolean(this.code?.isConnected);
  }

  // `ends`: what else may be done with this phone.
  nodes({ bell, ends }) {
    this.count = element("span", { class: "bell__count", "aria-hidden": "true", hidden: true });
    this.bell = element("button", { type: "button", class: "bell", click: () => this.toggle() }, bellPicture(), this.count);
    this.list = element("ul", { class: "tile-links", role: "list", id: "requests" });
    this.status = element("div", { role: "status" });
    this.stands = { requests: null, status: null };
    this.code = element("p", { class: "now", id: "code", "aria-label": "Your code" });
    this.bar = element("progress", { max: String(this.phone.period), "aria-label": "Time left for this code" });
    this.left = element("span", { class: "num sm muted" });
    this.showRequests(this.requests);
    this.showStatus();
    clearTimeout(this.timer);
    this.timer = 0; // so that the first code stands there before the screen does
    this.tick();
    return [
      element("div", { class: "bar" }, heading("Mobile ID"), this.bell),
      this.status,
      this.list,
      element("section", { class: "panel stack-sm", "aria-labelledby": "account" },
        element("h2", { id: "account" }, "EPCS Portal"), paragraph(this.phone.account, "muted"),
        this.code, this.bar, this.left,
        button("Copy code", () => this.copy(), { style: "btn--2" }),
        paragraph("Mobile ID codes sign prescriptions. Never read them to anybody.", "sm")),
      bell,
      element("div", { class: "actions" }, ...ends),
    ];
  }

  showRequests(requests) {
    const isNew = requests.some((each) => !this.requests.some((known) => known.id === each.id));
    this.requests = requests;
    if (isNew) this.isListOpen = true;
    const many = requests.length;
    this.count.textContent = many;
    this.count.hidden = many === 0;
    this.bell.setAttribute("aria-label", many ? `Requests: ${many} waiting` : "Requests: none");
    this.bell.setAttribute("aria-expanded", String(this.isListOpen));
    this.list.hidden = !this.isListOpen;
    if (this.isOther("requests", requests.map((each) => each.id))) {
      const empty = element("li", {}, "No request waits for you.");
      this.list.replaceChildren(...(many ? requests.map((each) => requestButton(each, () => this.acts.open(each))) : [empty]));
    }
    if (isNew) this.acts.say(`A request is waiting: ${requests.at(-1).title}`);
  }

  // What waits is never hidden by a tap on the bell: one is told to tap it, and may find the list open.
  toggle() {
    this.isListOpen = this.requests.length > 0 || !this.isListOpen;
    this.showRequests(this.requests);
    this.list.querySelector("button")?.focus();
    this.acts.look();
  }

  // Drawn only when it is another: focus stays where it is, and nothing is read aloud twice.
  isOther(part, what) {
    const before = this.stands[part];
    this.stands[part] = JSON.stringify(what);
    return this.stands[part] !== before;
  }

  showStatus() {
    if (!this.isOther("status", [this.problem, this.phone.state])) return;
    const before = this.isBesideAnother ? " The Mobile ID from before stays on this phone until then; cancel this pairing to use it." : "";
    const text = `Approve the request of your computer here, or enter this code there.${before}`;
    const waiting = this.phone.state === "pending" && note("info", "Not registered yet", text, undefined);
    const problem = this.problem && note("warn", this.problem.title, this.problem.text, undefined);
    this.status.replaceChildren(...[problem, waiting].filter(Boolean));
  }

  async tick() {
    clearTimeout(this.timer);
    if (this.isShown || !this.timer) {
      const now = Date.now();
      const code = await codeAt(this.phone.seed, now, this.phone);
      const left = secondsLeft(now, this.phone.period);
      this.code.textContent = `${code.slice(0, 3)} ${code.slice(3)}`;
      this.bar.value = left;
      this.left.textContent = `${left} s left`;
    }
    this.timer = setTimeout(() => this.isShown && this.tick(), 500);
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(this.code.textContent.replace(" ", ""));
      this.acts.say("Code copied");
    } catch {
      this.acts.say("The code could not be copied. Type it from the screen.");
    }
  }
}
