import { DataTable, listOf, PageHead, RiskTag, StateTag, usePage, type Column } from '@kit';
import { today, type components } from '@api';
import { certificates as here } from './pages';

type Certificate = components['schemas']['Certificate'];

const source = listOf('/api/certificates');

const columns: readonly Column<Certificate>[] = [
  { key: 'holder', title: '人员', kind: 'code', width: 160, sorts: true },
  { key: 'number', title: '证号', kind: 'code', sorts: true },
  { key: 'valid_to', title: '有效期至', kind: 'code', width: 140, sorts: true },
  { key: 'state', title: '状态', width: 140, render: (c) => <State until={c.valid_to} /> },
];

/** State says whether a certificate is in force, and warns two months before it ends. */
function State({ until }: { until: string }) {
  if (until < today()) return <RiskTag level="high">已过期</RiskTag>;
  return until <= today(60) ? <RiskTag level="middle">将到期</RiskTag> : <StateTag tone="good">有效</StateTag>;
}

/** Who may inspect, and until when. */
export default function Certificates() {
  const { at, go } = usePage(here);
  return (
    <>
      <PageHead title="执法证台账" about="证件不在有效期内的，执法人员的授权不起作用。" />
      <DataTable label="执法证" source={source} columns={columns} rowKey={(c) => c.holder} at={at} go={go} onOpen={false} searches="人员、证号" empty="还没有登记执法证" />
    </>
  );
}
