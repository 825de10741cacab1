import type { components } from '@api';
import { Code, DataTable, Facts, listOf, PlainTable, Section, Side, usePage, type Column } from '@kit';
import { useQuery } from '@tanstack/react-query';
import { intake as here } from './pages';
import { tableChoices } from './words';

type Doubt = components['schemas']['Doubt'];
type Sample = components['schemas']['Sample'];

export const kinds: Record<string, string> = {
  sum_parts: '总额与各方支付不符', sum_scope: '总额与范围内外不符', person_parts: '个人支付与组成不符', fund_parts: '基金支付与组成不符', line_product: '金额与数量单价不符', line_scope: '明细范围内金额不符',
  date_future: '日期在接收之后', date_old: '日期早于 2000 年', birth_later: '出生晚于服务', span_reversed: '结束早于开始', key_twice: '主键重复', key_moved: '主键改属他人', line_orphan: '明细没有结算', stock_balance: '结存不平',
};

const source = listOf('/api/intake/doubts');
const columns: readonly Column<Doubt>[] = [
  { key: 'kind', title: '疑问', choices: Object.entries(kinds).map(([value, text]) => ({ value, text })), sorts: true, render: (q) => <span title={q.name}>{q.name}</span> },
  { key: 'table', title: '表', width: 180, choices: tableChoices, sorts: true, render: (q) => <span title={q.table}>{q.table_name}</span> },
  { key: 'institution_name', title: '机构', width: 240, sorts: true, render: (q) => (q.institution ? <span title={q.institution}>{q.institution_name || q.institution}</span> : <span className="faint">未写机构</span>) },
  { key: 'count', title: '行数', kind: 'number', width: 120, sorts: true },
  { key: 'epoch', title: '数据期', width: 100, sorts: true, render: (q) => `第 ${q.epoch} 期` },
];

/** Doubts is what is doubtful about rows that were kept, by table and institution. */
export function Doubts() {
  const { at, go } = usePage(here);
  return (
    <>
      <DataTable label="数据质量" source={source} columns={columns} rowKey={(q) => q.id} at={at.sort ? at : { ...at, sort: '-count' }} go={go} searches="机构、疑问" empty="在用的数据没有疑问" />
      <DoubtSide id={at.open} onClose={() => go({ open: '' })} />
    </>
  );
}

const samples = [
  { key: 'file', title: '文件', dataIndex: 'file' },
  { key: 'line', title: '行', dataIndex: 'line', align: 'right' as const },
  { key: 'key', title: '主键', render: (_: unknown, s: Sample) => <Code copy>{s.key}</Code> },
  { key: 'detail', title: '数值', dataIndex: 'detail' },
];

function DoubtSide({ id, onClose }: { id: string; onClose: () => void }) {
  const one = useQuery({ queryKey: [...source.key, 'one', id], enabled: id !== '', queryFn: ({ signal }) => source.read({ q: '', filter: [`id:${id}`], sort: '', cursor: '', limit: 1 }, signal) });
  const q = one.data?.items[0];
  return (
    <Side open={id !== ''} title={q?.name ?? '数据质量'} width={720} onClose={onClose}>
      {q && (
        <>
          <Facts columns={3} items={[['表', `${q.table_name}`], ['机构', q.institution_name || q.institution || '未写机构'], ['机构编码', <Code>{q.institution}</Code>], ['行数', q.count.toLocaleString('zh-CN')], ['数据期', `第 ${q.epoch} 期`]]} />
          <Section title="前几行"><PlainTable<Sample> label="前几行" rows={q.samples} columns={samples} rowKey={(s) => `${s.file}-${s.line}`} /></Section>
          <p className="quiet">这些行已保留，照常参加检查。疑问说明结果可信的程度，不说明机构有过错。</p>
        </>
      )}
    </Side>
  );
}
