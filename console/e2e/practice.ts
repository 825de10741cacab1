import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binary, House, Visitor } from './harness';

/** Practice is a house whose home is a practice home, with everybody who can log in there. */
export interface Practice {
  house: House;
  /** What they are, by login, as the program printed when it made the home; nothing of a home that was there. */
  printed: Map<string, string>;
}

/** openPractice takes the home that YIHENG_PRACTICE names, its clock beside it, or makes a small one. */
export function openPractice(): Practice {
  const named = process.env.YIHENG_PRACTICE;
  if (!named) return makePractice();
  const clock = named.replace(/[^/]+\/?$/, 'clock');
  if (!existsSync(clock)) throw new Error(`YIHENG_PRACTICE names ${named}, but there is no clock ${clock}`);
  return { house: new House({ home: named, clock }), printed: new Map() };
}

/** The city is small, yet every kind of page has something to show. */
const lines = '60000';
const screenings = [['2025-01-01', '2025-06-30'], ['2025-07-01', '2025-09-30']] as const;
const until = '2025-10-17';

/** makePractice does in small what tools/demo.sh does: a city, its extract, its knowledge, screenings, and people who decide. */
function makePractice(): Practice {
  const folder = mkdtempSync(join(tmpdir(), 'yiheng-practice-'));
  const [city, home, clock] = ['city', 'home', 'clock'].map((name) => join(folder, name)) as [string, string, string];
  const run = (...args: string[]) => execFileSync(binary, ['--home', home, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  execFileSync(binary, ['demo', '--lines', lines, '--seed', '5', city], { stdio: 'pipe' });
  run('practice', 'begin');
  run('intake', city);
  run('knowledge', 'import', 'starter');
  run('knowledge', 'import', join(city, 'points.csv'));
  run('knowledge', 'exclusion', 'import', join(city, 'exclusions.csv'));
  const folders = screenings.map(([from, to]) => {
    const out = join(folder, from);
    run('screen', '--from', from, '--to', to, '--out', out);
    return out;
  });
  const said = run('practice', 'make', '--until', until, '--clock', clock, ...folders);
  const printed = new Map([...said.matchAll(/^ {2}(\S+)\s+\*?\s*(\S+)$/gm)].map((m) => [m[1]!, m[2]!]));
  const house = new House({ home, clock });
  house.onRemove(() => rmSync(folder, { recursive: true, force: true }));
  return { house, printed };
}

/** The service account that enliven makes. */
export const service = 'jhzx-push';

/** enliven does what fills the pages that a practice home leaves empty, as people who are logged in. It returns addresses of pages to which no link leads, and of what it made. */
export async function enliven(house: House, who: (login: string) => Visitor): Promise<string[]> {
  mkdirSync(`${house.home}-files`, { recursive: true });
  const [office, auditor, security] = [who('yibaoban'), who('jihe'), who('anquan')];
  const { items: sent } = await office.ask('GET', `/api/findings?limit=5&${['appeal', 'second', 'verify_second', 'petition', 'panel', 'final', 'handling'].map((s) => `state=${s}`).join('&')}`);
  const { items: desks } = await office.ask('GET', '/api/findings/desks');
  const doctor = (await who('yishi').ask('GET', '/api/me')).grants[0].doctor as string;
  const desk = desks.find((d: { kind: string }) => d.kind === 'department').code as string;
  await office.ask('POST', '/api/findings/pass', { finding_ids: sent.map((f: { finding_id: string }) => f.finding_id), desk, dr_code: doctor, reason: '请说明用药理由' });
  await auditor.ask('POST', '/api/jobs', { kind: 'screen', argument: { from: '2025-09-01', to: '2025-09-03', out: '走查' } });
  const rule = 'GZ10000101009000';
  const text = await auditor.ask('GET', `/api/rules/classes/${rule}/text`);
  const version = await auditor.ask('POST', '/api/rule-versions', { region: '371800', from: '2026-01-01', document: '云医保发〔2025〕8号', reason: '本地口径', cases: text.cases, definition: (text.definition as string).replace(/^version: .*$/m, 'version: 9.0.0') });
  const points = 'kp_id,rule_id,code,other_code,params,valid_from,valid_to,supersedes,region,basis,note\nT-1,GZ10000101009000,XA10BJL326B002010101523,,"{""window"":""month"",""max"":6}",2024-01-01,,,,药品说明书,度拉糖肽注射液\nT-2,GZ10000101009000,XB01AFA319A001010101748,,"{""max"":",2024-01-01,,,,药品说明书,利伐沙班片\n';
  const change = await auditor.ask('POST', `/api/knowledge/changes?name=${encodeURIComponent('季度更新.csv')}&reason=${encodeURIComponent('季度更新')}`, Buffer.from(points));
  await security.ask('POST', '/api/services', { login: service, organisation: 'J371800', name: '经办系统接收推送' });
  const { items: some } = await auditor.ask('GET', '/api/findings?limit=1');
  return [`/persons/${some[0].psn_no}`, `/rule-versions/${version.id}`, `/knowledge/changes/${change.id}`, `/rule-drafts?rule=${rule}`];
}
