// RFC 6238 over RFC 4226, with a key that can only be used, never read.

const COUNTER_BYTES = 8;

export const stepAt = (milliseconds, period = 30) => Math.floor(milliseconds / 1000 / period);

export const secondsLeft = (milliseconds, period = 30) => period - (Math.floor(milliseconds / 1000) % period);

// Dynamic truncation, RFC 4226 section 5.3.
const truncated = (mac, digits) => {
  const offset = mac[mac.length - 1] & 0x0f;
  const number = new DataView(mac.buffer, mac.byteOffset).getUint32(offset) & 0x7fffffff;
  return String(number % 10 ** digits).padStart(digits, "0");
};

export const codeOfStep = async (key, step, digits = 6) => {
  const counter = new DataView(new ArrayBuffer(COUNTER_BYTES));
  counter.setBigUint64(0, BigInt(step));
  const mac = await crypto.subtle.sign("HMAC", key, counter.buffer);
  return truncated(new Uint8Array(mac), digits);
};

export const codeAt = (key, milliseconds, { period = 30, digits = 6 } = {}) =>
  codeOfStep(key, stepAt(milliseconds, period), digits);
