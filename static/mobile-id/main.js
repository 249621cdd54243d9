// Mobile ID: begins here. Every screen has a way on.

import { answered, asked, whyDenied } from "./asking.js";
import { deviceName } from "./device.js";
import { Doorbell, startWorker, whenRung } from "./doorbell.js";
import { button, element, paragraph, show } from "./elements.js";
import { Home } from "./home.js";
import { importSeed } from "./keys.js";
import { Phones } from "./phones.js";
import { clockTrouble, readAll } from "./requests.js";
import { PAIRING_ENDED, cancelling, cannotSign, cannotStore, failed, forAnother, leaving, linkIn, offerPairing, pairingEnded, pasting, unpaired } from "./screens.js";
import * as storage from "./storage.js";
import { problemOf, sentenceOf, Wire } from "./wire.js";

const root = document.querySelector("main [data-screen]");
const live = document.querySelector("[data-live]");
const { pushKey, support, worker } = document.querySelector("main").dataset;
const OFTEN = 2000; // milliseconds between two looks at the list
const wire = new Wire();
const phones = new Phones(storage);
let home = null;
let registration = null;
let timer = 0;
let isLooking = false;

const say = (text) => { live.textContent = text; };
const dropLink = () => history.replaceState(null, "", location.pathname);

const ask = async (phone) => {
  const said = await wire.list(phone);
  await phones.hear(phone.device, said);
  return said;
};

// A pairing that was proven or given up while this page was closed: first see which of the two is alive.
const settle = async () => {
  const phone = phones.shown;
  try {
    if (phone?.state === "pending") await ask(phone);
  } catch (error) {
    if (error.kind !== "closed") throw error;
    await phones.drop(phone.device);
  }
};

const pair = async (link) => {
  try {
    await settle();
    const key = await phones.keyFor(link);
    const said = await wire.pair({ link, name: deviceName(navigator.userAgent), key });
    const { device, account, period, digits } = said;
    const phone = { device, account, period, digits, key, seed: await importSeed(said.seed) };
    if (phones.isForAnother(account)) return await giveBack(phone);
    await phones.begin(phone);
    await navigator.storage?.persist?.().catch(() => {}); // refused, the browser may still keep it
  } catch (error) {
    if (error instanceof storage.StorageDenied) return show(root, ...cannotStore(support));
    return show(root, ...failed("This phone was not paired", sentenceOf(error), { again: start, back: keep }));
  }
  return keep();
};

const giveBack = async (phone) => {
  await wire.leave(phone).catch(() => {}); // untold, the pairing ends by itself within minutes
  show(root, ...forAnother({ account: phone.account, kept: phones.shown.account, back: keep }));
};

// This phone is over for the portal. The one before it, if there is one, goes on.
const lose = async (phone, sentence) => {
  clearTimeout(timer);
  const isPairing = phone.state === "pending" && phones.shown?.device === phone.device;
  try {
    await phones.drop(phone.device);
  } catch {
    return show(root, ...cannotStore(support));
  }
  if (phones.shown) return isPairing ? show(root, ...pairingEnded(goHome)) : goHome();
  return show(root, ...unpaired(pair, isPairing ? PAIRING_ENDED : { title: "Mobile ID is not on this phone any more", text: sentence }));
};

const look = async () => {
  clearTimeout(timer);
  if (!home?.isShown || document.hidden || isLooking) return;
  isLooking = true;
  const phone = phones.shown;
  let over = null;
  try {
    const said = await ask(phone);
    if (!home.isShown || !phones.shown) return;
    const isSame = phones.shown.device === phone.device; // else it came too late to be shown
    if (!isSame || phones.shown.state !== phone.state) goHome();
    if (isSame) home.showRequests(readAll(said.requests));
    home.problem = clockTrouble(said.now, Date.now());
  } catch (error) {
    if (!home.isShown) return;
    if (error.kind === "closed") over = error;
    else home.problem = problemOf(error);
  } finally {
    isLooking = false;
  }
  if (over) return lose(phone, over.message);
  home.showStatus();
  timer = setTimeout(look, OFTEN);
};

const bellOf = (phone) => new Doorbell({ wire, phone, pushKey, registration });

const bellPanel = (phone) => {
  const bell = bellOf(phone);
  if (bell.needsHomeScreen) {
    return paragraph("Notifications are optional. On an iPhone they need Mobile ID on the home screen: tap Share, Add to Home Screen.", "sm muted");
  }
  if (!bell.isPossible) return null;
  const turn = async () => {
    try {
      const rings = phone.rings ? (await bell.turnOff(), false) : await bell.turnOn();
      await phones.keepRings(phone.device, rings);
      say(rings ? "Notifications are on" : "Notifications are off");
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
  const phone = phones.shown;
  if (!phone) return show(root, ...unpaired(pair));
  home ??= new Home({ open, look, say });
  if (home.phone?.device !== phone.device) home.requests = [];
  home.phone = phone;
  home.isBesideAnother = phones.isBesideAnother;
  const [label, screen] = phone.state === "pending" ? ["Cancel this pairing", cancelling] : ["Remove from this phone", leaving];
  const ends = [
    button("Pair by a new link", () => show(root, ...pasting(pair, goHome)), { style: "btn--link" }),
    button(label, () => show(root, ...screen(() => leave(phone), goHome)), { style: "btn--link" }),
  ];
  show(root, ...home.nodes({ bell: bellPanel(phone), ends }));
  return look();
};

const keep = () => {
  dropLink();
  goHome();
};

const open = (request) => {
  say("");
  const phone = phones.shown;
  const answer = async (given) => {
    try {
      const { sentence } = await wire.answer(phone, request, given);
      show(root, ...answered("ok", sentence, goHome));
    } catch (error) {
      if (error.kind === "closed") return lose(phone, error.message);
      show(root, ...answered(error.kind === "away" ? "unsure" : "warn", sentenceOf(error), goHome));
    }
  };
  show(root, ...asked(request, { answer, exit: goHome, deny: () => show(root, ...whyDenied(request, { answer, back: () => open(request) })) }));
};

const leave = async (phone) => {
  // A pairing that was proven on the computer meanwhile is not cancelled any more: it works.
  if (phone.state === "pending") await settle().catch(() => {});
  if (phones.shown?.state !== phone.state) return goHome();
  let sentence = "It was removed from this phone. On your computer, remove Mobile ID too.";
  try {
    if (!phones.isBesideAnother) await bellOf(phone).turnOff().catch(() => {}); // else the one before rings on
    await wire.leave(phone);
  } catch {
    sentence = "It was removed from this phone. The portal could not be told: on your computer, remove Mobile ID too.";
  }
  await lose(phone, sentence);
};

const start = async () => {
  clearTimeout(timer);
  if (!globalThis.isSecureContext || !globalThis.crypto?.subtle || !globalThis.indexedDB) {
    return show(root, ...cannotSign(support));
  }
  try {
    await phones.load();
  } catch {
    return show(root, ...cannotStore(support));
  }
  const link = linkIn(location.hash);
  if (link) return show(root, ...offerPairing(() => pair(link), { keep: phones.shown && keep }));
  return goHome();
};

document.addEventListener("visibilitychange", look);
globalThis.addEventListener("online", look);
globalThis.addEventListener("hashchange", start);
registration = await startWorker(worker);
whenRung(look);
await start();
