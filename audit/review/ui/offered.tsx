import { Alert } from 'antd';
import { Code, money, PlainTable, Section, Time } from '@kit';
import { fields, results, severities, ways, type Detail } from './words';

type Version = NonNullable<Detail['revisions']>[number];

type Change = NonNullable<Version['changes']>[number];

const amounts = ['amount', 'own_amount', 'fund_amount', 'acct_amount'];
const words: Record<string, Record<string, string>> = { result: results, severity: severities, clr_way: ways };
const plain = (v: unknown): string => (v === null || v === undefined || v === '' ? '（无）' : Array.isArray(v) ? v.join('、') : typeof v === 'object' ? JSON.stringify(v) : String(v));

/** Value is what a revision has in a field, as people read it. */
const Value = ({ field, of }: { field: string; of: unknown }) => (amounts.includes(field) && of ? <span className="figures">{money(String(of))}</span> : <span>{words[field]?.[String(of)] ?? plain(of)}</span>);

/** What is said of money comes first, then the others in the order in which a finding has them. */
const order = [...amounts, ...Object.keys(fields)];
const place = (c: Change) => (order.includes(c.field) ? order.indexOf(c.field) : order.length);

function Differences({ v }: { v: Version }) {
  return (
    <PlainTable label="差异" rows={[...(v.changes ?? [])].sort((a, b) => place(a) - place(b))} rowKey={(c) => c.field} empty="内容没有差异" columns={[
      { title: '项目', key: 'field', width: 120, render: (_, c) => fields[c.field] ?? c.field },
      { title: '现在的版本', key: 'old', render: (_, c) => <span className="rv-old"><Value field={c.field} of={c.old} /></span> },
      { title: '新版', key: 'new', render: (_, c) => <Value field={c.field} of={c.new} /> },
    ]} />
  );
}

/** Offered is what a later screening says of a finding on which people have decided: to be adopted or set aside, see the moves. */
export function Offered({ detail }: { detail: Detail }) {
  const v = detail.offered!;
  return (
    <section className="sheet rv-offered">
      <Alert type="warning" showIcon title={`再次筛查对这条疑点有不同结果（第 ${v.n} 版，批次 ${v.batch}）`} description="请在右侧办理“采纳新版”或“搁置新版”，并写明理由；不处置的，疑点维持现在的版本。" />
      <Differences v={v} />
    </section>
  );
}

/** Revisions are what each screening said. */
export function Revisions({ detail }: { detail: Detail }) {
  const words: Record<string, string> = { in_force: '据此生成或重作', offered: '提出新版', gone: '不再命中' };
  return (
    <Section title="历次筛查">
      {(detail.revisions ?? []).map((v) => (
        <div key={v.n} className="rv-version">
          <p>第 {v.n} 版　{words[v.standing] ?? v.standing}　批次 <Code>{v.batch}</Code>　<Time at={v.at} /></p>
          {(v.changes ?? []).length > 0 && <Differences v={v} />}
        </div>
      ))}
    </Section>
  );
}
