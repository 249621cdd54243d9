// What a phone is called on the Mobile ID card, from what its browser says of itself. Pure.

const SYSTEMS = [["iPhone", "iPhone"], ["iPad", "iPad"], ["Android", "Android"], ["Mac", "Mac"], ["Windows", "Windows"], ["Linux", "Linux"]];
const BROWSERS = [["Firefox", "Firefox"], ["FxiOS", "Firefox"], ["Edg", "Edge"], ["Chrome", "Chrome"], ["CriOS", "Chrome"], ["Safari", "Safari"]];

export const deviceName = (agent) => {
  const find = (names) => names.find(([sign]) => agent.includes(sign))?.[1];
  return [find(SYSTEMS), find(BROWSERS)].filter(Boolean).join(" · ") || "A phone";
};
