import { useQuery } from '@tanstack/react-query';
import { api, got, type components } from '@api';
import { Code, Money, PlainTable, Section, To } from '@kit';
import { finding } from './pages';
import { Result, State } from './parts';
import type { Detail } from './words';

type Visit = components['schemas']['Visit'];

/** Others are the other findings of the visit, and how money that they share is shared out. */
export function Others({ detail, visit, authority }: { detail: Detail; visit?: Visit; authority: boolean }) {
  const f = detail.finding;
  const others = visit?.others ?? [];
  const check = useCertificate(f.finding_id, authority && others.length > 0);
  const shares = (check.data?.shares ?? []).filter((s, _, all) => all.filter((x) => x.bkkp_sn === s.bkkp_sn).length > 1);
  if (others.length === 0) return null;
  const relation = (id: string, main: string) => (id === f.main_finding_id ? '本疑点的主疑点' : main === f.finding_id ? '与本疑点共享，由本疑点计入' : main && main === f.main_finding_id ? '同一主疑点' : '');
  return (
    <section className="sheet">
      <Section title={`本次就诊的其他疑点　${others.length} 条`}>
        <PlainTable label="本次就诊的其他疑点" rows={others} rowKey={(o) => o.finding_id} columns={[
          { title: '规则与编号', key: 'rule', render: (_, o) => <To page={finding} params={{ id: o.finding_id }} className="rv-two"><b>{o.rule_name}</b><Code>{o.finding_id}</Code></To> },
          { title: '性质', key: 'result', width: 62, render: (_, o) => <Result of={o.result} /> },
          { title: '环节', key: 'state', width: 110, render: (_, o) => <State f={o} /> },
          { title: '疑点金额', key: 'own', align: 'right', width: 96, render: (_, o) => <Money yuan={o.own} /> },
          { title: '计入金额', key: 'counted', align: 'right', width: 96, render: (_, o) => <Money yuan={o.counted} /> },
          { title: '金额关系', key: 'main', width: 160, render: (_, o) => relation(o.finding_id, o.main_finding_id) },
        ]} />
        {shares.length > 0 && (
          <>
            <h3 className="rv-sub">同一明细的金额分摊（每一分钱只计一次）</h3>
            <PlainTable label="金额分摊" rows={shares} rowKey={(s) => s.bkkp_sn + s.finding_id} rowClass={(s) => (s.finding_id === f.finding_id ? 'rv-own' : '')} columns={[
              { title: '明细', key: 'sn', render: (_, s) => <Code>{s.bkkp_sn}</Code> },
              { title: '疑点', key: 'id', render: (_, s) => (s.finding_id === f.finding_id ? '本疑点' : <To page={finding} params={{ id: s.finding_id }}><Code>{s.finding_id}</Code></To>) },
              { title: '明细净额', key: 'net', align: 'right', render: (_, s) => <Money yuan={s.inscp_net} /> },
              { title: '疑点金额', key: 'own', align: 'right', render: (_, s) => <Money yuan={s.own_amount} /> },
              { title: '计入金额', key: 'amount', align: 'right', render: (_, s) => <Money yuan={s.amount} /> },
            ]} />
          </>
        )}
      </Section>
    </section>
  );
}

/** useCertificate comes to the verdicts again from the certificate alone, on the server. */
export const useCertificate = (id: string, enabled: boolean) =>
  useQuery({ queryKey: ['/api/findings', 'certificate', id], enabled, retry: false, staleTime: Infinity, queryFn: async ({ signal }) => got(await api.GET('/api/findings/{id}/certificate/check', { params: { path: { id } }, signal })) });
