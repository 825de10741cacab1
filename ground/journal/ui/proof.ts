import { hex, join, same, sha256 } from './hash';
import { verify } from './sm2';

/** What a proof (c2sp.org/tlog-proof) proves, recomputed here: nothing of it is the server's word. */
export interface Proven {
  /** The entry as it stands in the journal. */
  entry: { n: number; at: string; actor: string; act: string } & Record<string, unknown>;
  size: number;
  root: string;
  signedAt: string;
  origin: string;
  /** By which of the keys given, from 0; undefined: by none of them. */
  signedBy?: number;
}

const base64 = (text: string) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

/** check recomputes the tree's root from the entry and the proof, and checks who signed it. It throws a sentence that says what does not hold. */
export function check(text: string, keys: readonly Uint8Array[]): Proven {
  const cut = text.indexOf('\n\n');
  const lines = text.slice(0, cut).split('\n');
  if (cut < 0 || lines[0] !== 'c2sp.org/tlog-proof@v1' || !lines[1]?.startsWith('extra ') || !/^index \d+$/.test(lines[2] ?? '')) throw new Error('不是日志条目的证明');
  const leaf = base64(lines[1].slice(6));
  const index = Number(lines[2]!.slice(6));
  const note = text.slice(cut + 2);
  const end = note.indexOf('\n\n');
  const [origin = '', count = '', root = '', signedAt = ''] = note.slice(0, end).split('\n');
  const size = Number(count);
  if (end < 0 || !Number.isSafeInteger(size) || index >= size) throw new Error('检查点格式不对');
  const computed = rootOf(leaf, index, size, lines.slice(3).map(base64));
  if (!computed || !same(computed, base64(root))) throw new Error('证明不成立：由这一条算出的根哈希与检查点所签的不同，日志被改动过');
  const entry = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(leaf)) as Proven['entry'];
  if (entry.n !== index) throw new Error('证明不成立：条目的序号不是它的位置');
  const signed = signer(note.slice(0, end + 1), note.slice(end + 2), keys);
  if (keys.length > 0 && signed === undefined) throw new Error('检查点不是这把公钥签的，或内容、签名被改动');
  return { entry, size, root: hex(computed), signedAt, origin, signedBy: signed };
}

/** rootOf is the root of a tree of which a leaf and its audit path are known (RFC 9162, 2.1.3.2); undefined when the path does not fit. */
function rootOf(leaf: Uint8Array, index: number, size: number, path: readonly Uint8Array[]): Uint8Array | undefined {
  let hash = sha256(join(Uint8Array.of(0), leaf));
  let at = index;
  let last = size - 1;
  for (const other of path) {
    if (last === 0) return undefined;
    if (at % 2 === 1 || at === last) {
      hash = sha256(join(Uint8Array.of(1), other, hash));
      while (at % 2 === 0 && at !== 0) {
        at /= 2;
        last = Math.floor(last / 2);
      }
    } else hash = sha256(join(Uint8Array.of(1), hash, other));
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? hash : undefined;
}

/** signer is the place of the key that signed a note. */
function signer(signed: string, signatures: string, keys: readonly Uint8Array[]): number | undefined {
  const message = new TextEncoder().encode(signed);
  for (const line of signatures.trimEnd().split('\n')) {
    const given = /^— \S+ ([A-Za-z0-9+/=]+)$/.exec(line);
    if (!given) continue;
    const found = keys.findIndex((key) => verify(key, message, base64(given[1]!).slice(4)));
    if (found >= 0) return found;
  }
  return undefined;
}
