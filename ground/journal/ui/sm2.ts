import { hex, join, sm3 } from './hash';

/** SM2 signatures over SM3 (GB/T 32918.2, default identity), only to verify: nothing here is secret. */

const p = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn;
const a = p - 3n;
const b = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n;
const n = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
const g: Point = [0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n, 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n];

/** A point of the curve; null is the one at infinity. */
type Point = readonly [bigint, bigint] | null;

const mod = (x: bigint, m: bigint) => ((x % m) + m) % m;

function inverse(x: bigint, m: bigint): bigint {
  let [r0, r1, s0, s1] = [m, mod(x, m), 0n, 1n];
  while (r1 !== 0n) {
    const q = r0 / r1;
    [r0, r1, s0, s1] = [r1, r0 - q * r1, s1, s0 - q * s1];
  }
  return mod(s0, m);
}

function add(u: Point, v: Point): Point {
  if (!u) return v;
  if (!v) return u;
  const [x1, y1] = u;
  const [x2, y2] = v;
  if (x1 === x2 && mod(y1 + y2, p) === 0n) return null;
  const slope = x1 === x2 ? mod((3n * x1 * x1 + a) * inverse(2n * y1, p), p) : mod((y2 - y1) * inverse(x2 - x1, p), p);
  const x = mod(slope * slope - x1 - x2, p);
  return [x, mod(slope * (x1 - x) - y1, p)];
}

function times(k: bigint, point: Point): Point {
  let sum: Point = null;
  for (let bit = point; k > 0n; k >>= 1n, bit = add(bit, bit)) if (k & 1n) sum = add(sum, bit);
  return sum;
}

const number = (bytes: Uint8Array) => BigInt(`0x${hex(bytes) || '0'}`);
const word = (x: bigint) => Uint8Array.from(x.toString(16).padStart(64, '0').match(/../g)!, (h) => parseInt(h, 16));

/** verify says whether an ASN.1 signature of a message is that of a public key, 65 bytes uncompressed. */
export function verify(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const parts = integers(signature);
  if (key.length !== 65 || key[0] !== 4 || !parts) return false;
  const at: Point = [number(key.slice(1, 33)), number(key.slice(33))];
  const [r, s] = parts;
  if (mod(at[1] * at[1] - at[0] ** 3n - a * at[0] - b, p) !== 0n) return false;
  if (r < 1n || r >= n || s < 1n || s >= n) return false;
  const identity = new TextEncoder().encode('1234567812345678');
  const z = sm3(join(Uint8Array.of(0, 128), identity, word(a), word(b), word(g![0]), word(g![1]), key.slice(1)));
  const t = mod(r + s, n);
  if (t === 0n) return false;
  const point = add(times(s, g), times(t, at));
  return point !== null && mod(number(sm3(join(z, message))) + point[0], n) === r;
}

/** integers reads SEQUENCE { INTEGER, INTEGER } in DER. */
function integers(der: Uint8Array): [bigint, bigint] | undefined {
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return undefined;
  const read = (at: number): [bigint, number] | undefined => {
    const length = der[at + 1] ?? 0;
    const end = at + 2 + length;
    return der[at] === 2 && length > 0 && length < 34 && end <= der.length && (der[at + 2]! & 0x80) === 0 ? [number(der.slice(at + 2, end)), end] : undefined;
  };
  const r = read(2);
  const s = r && read(r[1]);
  return r && s && s[1] === der.length ? [r[0], s[0]] : undefined;
}

const head = Uint8Array.from('301306072a8648ce3d020106082a811ccf5501822d034200'.match(/../g)!, (h) => parseInt(h, 16));

/** publicKeys reads the SM2 keys of a PEM text. */
export function publicKeys(pem: string): Uint8Array[] {
  return [...pem.matchAll(/-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----/g)].map((m) => {
    const der = Uint8Array.from(atob(m[1]!.replace(/\s/g, '')), (c) => c.charCodeAt(0));
    if (der.length !== 91 || !head.every((x, i) => der[i + 2] === x)) throw new Error('不是 SM2 公钥');
    return der.slice(26);
  });
}
