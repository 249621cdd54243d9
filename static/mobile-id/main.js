// Mobile ID: begins here. Every screen has a way on.

import { answered, asked, whyDenied } from "./asking.js";
import { Doorbell, startWorker, whenRung } from "./doorbell.js";
import { button, element, paragraph, show } from "./elements.js";
import { Home } from "./home.js";
import { importSeed, makeSigningKey } from "./keys.js";
import { clockTrouble, readAll } from "./requests.js";
import { cannotSign, cannotStore, failed, leaving, linkIn, offerPairing, unpaired } from "./screens.js";
import { forget, load, save } from "./storage.js";
import { Told, Wire } from "./wire.js";

const root = document.querySelector("main [data-screen]");
const live = document.querySelector("[data-live]");
const { pushKey, support, worker } = document.querySelector("main").dataset;
const OFTEN = 2000; // milliseconds between two looks at the list
const wire = new Wire();
let phone = null;
let home = null;
let registration = null;
let timer = 0;

const say = (text) => { live.textContent = text; };

const deviceName = () => {
  const agent = navigator.userAgent;
  const find = (names) => names.find(([sign]) => agent.includes(sign))?.[1] ?? "";
  const system = find([["iPhone", "iPhone"], ["iPad", "iPad"], ["Android", "Android"], ["Mac", "Mac"], ["Windows", "Windows"], ["Linux", "Linux"]]);
  const browser = find([["Firefox", "Firefox"], ["FxiOS", "Firefox"], ["Edg", "Edge"], ["Chrome", "Chrome"], ["CriOS", "Chrome"], ["Safari", "Safari"]]);
  return [system, browser].filter(Boolean).join(" · ") || "A phone";
};

// The key is kept before the link is spent: an answer that was lost is asked for again with it.
const pair = async (link) => {
  try {
    const kept = await load();
    const key = kept?.link === link ? kept.key : await makeSigningKey();
    await save({ ...(kept?.device ? kept : {}), link, key });
    const said = await wire.pair({ link, name: deviceName(), key });
    const { device, account, period, digits } = said;
    phone = { device, account, period, digits, key, seed: await importSeed(said.seed), state: "pending" };
    await save(phone);
    await navigator.storage?.persist?.();
    history.replaceState(null, "", location.pathname);
    goHome();
  } catch (error) {
    if (!(error instanceof Told)) return show(root, ...cannotStore(support));
    return show(root, ...failed("This phone was not paired", error.message, start));
  }
  return undefined;
};

const lose = async (sentence) => {
  phone = null;
  clearTimeout(timer);
  await forget();
  show(root, ...unpaired(pair, sentence));
};

const look = async () => {
  clearTimeout(timer);
  if (!phone || document.hidden) return;
  try {
    const { requests, now, state, account } = await wire.list(phone);
    Object.assign(phone, { state, account });
    home.isOffline = false;
    home.trouble = clockTrouble(now, Date.now());
    home.showStatus();
    home.showRequests(readAll(requests));
  } catch (error) {
    if (!(error instanceof Told) || error.kind === "closed" || error.kind === "unknown") {
      if (error instanceof Told) await lose(error.message);
      return;
    }
    home.isOffline = true;
    home.showStatus();
  }
  timer = setTimeout(look, OFTEN);
};

const bellPanel = () => {
  const bell = new Doorbell({ wire, phone, pushKey, registration });
  if (bell.needsHomeScreen) {
    return paragraph("Notifications are optional. On an iPhone they need Mobile ID on the home screen: tap Share, Add to Home Screen.", "sm muted");
  }
  if (!bell.isPossible) return null;
  const turn = async () => {
    try {
      phone.rings = phone.rings ? (await bell.turnOff(), false) : await bell.turnOn();
      await save(phone);
      say(phone.rings ? "Notifications are on" : "Notifications are off");
    } catch {
      say("Notifications could not be changed. They are optional: Mobile ID shows requests while it is open.");
    }
    goHome();
  };
  if (bell.isOn) bell.renew().catch(() => {});
  return element("div", { class: "stack-sm" },
    button(phone.rings ? "Turn off notifications" : "Turn on notifications", turn, { style: "btn--2" }),
    paragraph("Notifications are optional. An open Mobile ID shows requests by itself.", "sm muted"));
};

const goHome = () => {
  home ??= new Home(phone, { open, look, say, leave: () => show(root, ...leaving(leave, goHome)) });
  home.phone = phone;
  show(root, ...home.nodes({ bell: bellPanel() }));
  look();
};

const open = (request) => {
  const answer = async (given) => {
    try {
      const { sentence } = await wire.answer(phone, request, given);
      show(root, ...answered("ok", sentence, goHome));
    } catch (error) {
      if (error.kind === "closed" || error.kind === "unknown") return lose(error.message);
      const isUnsure = error.kind === "away";
      show(root, ...answered("warn", isUnsure ? `We can't tell whether your answer arrived. ${error.message}` : error.message, goHome));
    }
    return undefined;
  };
  const again = () => open(request);
  show(root, ...asked(request, { answer, exit: goHome, deny: () => show(root, ...whyDenied(request, { answer, back: again })) }));
};

const leave = async () => {
  let sentence = "It was removed from this phone. On your computer, remove Mobile ID too.";
  try {
    await new Doorbell({ wire, phone, pushKey, registration }).turnOff().catch(() => {});
    await wire.leave(phone);
  } catch {
    sentence = "It was removed from this phone. The portal could not be told: on your computer, remove Mobile ID too.";
  }
  await lose(sentence);
};

const start = async () => {
  if (!globalThis.isSecureContext || !globalThis.crypto?.subtle || !globalThis.indexedDB) {
    return show(root, ...cannotSign(support));
  }
  let kept;
  try {
    kept = await load();
  } catch {
    return show(root, ...cannotStore(support));
  }
  phone = kept?.seed ? kept : null;
  const link = linkIn(location.hash);
  if (link) return show(root, ...offerPairing(() => pair(link), { replaces: Boolean(phone) }));
  return phone ? goHome() : show(root, ...unpaired(pair));
};

document.addEventListener("visibilitychange", look);
globalThis.addEventListener("online", look);
globalThis.addEventListener("hashchange", start);
registration = await startWorker(worker);
whenRung(look);
await start();
