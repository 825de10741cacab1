/** The hashes of the journal, here and not in the browser's: that one is closed to pages that come without TLS. */

const rotl = (x: number, n: number) => ((x << (n & 31)) | (x >>> (32 - (n & 31)))) >>> 0;
const rotr = (x: number, n: number) => rotl(x, 32 - n);

/** blocks pads a message as both hashes do, and cuts it into 16 words each. */
function* blocks(message: Uint8Array): Generator<Uint32Array> {
  const padded = new Uint8Array(((message.length + 8) >> 6) * 64 + 64);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(message.length / 2 ** 29));
  view.setUint32(padded.length - 4, (message.length << 3) >>> 0);
  for (let at = 0; at < padded.length; at += 64) yield Uint32Array.from({ length: 16 }, (_, i) => view.getUint32(at + 4 * i));
}

function bytes(words: Uint32Array): Uint8Array {
  const out = new Uint8Array(words.length * 4);
  words.forEach((w, i) => new DataView(out.buffer).setUint32(4 * i, w));
  return out;
}

/** primes' fractional parts: the constants of SHA-256. */
const fraction = (x: number) => ((x - Math.floor(x)) * 2 ** 32) >>> 0;
const primes = (() => {
  const found: number[] = [];
  for (let n = 2; found.length < 64; n++) if (found.every((p) => n % p !== 0)) found.push(n);
  return found;
})();
const k256 = Uint32Array.from(primes, (p) => fraction(Math.cbrt(p)));

/** sha256 is FIPS 180-4. */
export function sha256(message: Uint8Array): Uint8Array {
  const h = Uint32Array.from(primes.slice(0, 8), (p) => fraction(Math.sqrt(p)));
  const w = new Uint32Array(64);
  for (const block of blocks(message)) {
    w.set(block);
    for (let i = 16; i < 64; i++) {
      const s0 = rotr(w[i - 15]!, 7) ^ rotr(w[i - 15]!, 18) ^ (w[i - 15]! >>> 3);
      const s1 = rotr(w[i - 2]!, 17) ^ rotr(w[i - 2]!, 19) ^ (w[i - 2]! >>> 10);
      w[i] = w[i - 16]! + s0 + w[i - 7]! + s1;
    }
    let [a, b, c, d, e, f, g, x] = [...h] as [number, number, number, number, number, number, number, number];
    for (let i = 0; i < 64; i++) {
      const t1 = (x + (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)) + ((e & f) ^ (~e & g)) + k256[i]! + w[i]!) >>> 0;
      const t2 = ((rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) >>> 0;
      [x, g, f, e, d, c, b, a] = [g, f, e, (d + t1) >>> 0, c, b, a, (t1 + t2) >>> 0];
    }
    [a, b, c, d, e, f, g, x].forEach((v, i) => (h[i] = h[i]! + v));
  }
  return bytes(h);
}

const p0 = (x: number) => x ^ rotl(x, 9) ^ rotl(x, 17);
const p1 = (x: number) => x ^ rotl(x, 15) ^ rotl(x, 23);

/** sm3 is GB/T 32905. */
export function sm3(message: Uint8Array): Uint8Array {
  const v = Uint32Array.of(0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e);
  const w = new Uint32Array(68);
  for (const block of blocks(message)) {
    w.set(block);
    for (let j = 16; j < 68; j++) w[j] = p1(w[j - 16]! ^ w[j - 9]! ^ rotl(w[j - 3]!, 15)) ^ rotl(w[j - 13]!, 7) ^ w[j - 6]!;
    let [a, b, c, d, e, f, g, h] = [...v] as [number, number, number, number, number, number, number, number];
    for (let j = 0; j < 64; j++) {
      const ss1 = rotl((rotl(a, 12) + e + rotl(j < 16 ? 0x79cc4519 : 0x7a879d8a, j)) >>> 0, 7);
      const ff = j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
      const gg = j < 16 ? e ^ f ^ g : (e & f) | (~e & g);
      const t1 = (ff + d + (ss1 ^ rotl(a, 12)) + (w[j]! ^ w[j + 4]!)) >>> 0;
      const t2 = (gg + h + ss1 + w[j]!) >>> 0;
      [d, c, b, a] = [c, rotl(b, 9), a, t1];
      [h, g, f, e] = [g, rotl(f, 19), e, p0(t2) >>> 0];
    }
    [a, b, c, d, e, f, g, h].forEach((x, i) => (v[i] = v[i]! ^ x));
  }
  return bytes(v);
}

/** join is some bytes after others. */
export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export const hex = (b: Uint8Array) => [...b].map((x) => x.toString(16).padStart(2, '0')).join('');
export const same = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((x, i) => x === b[i]);
