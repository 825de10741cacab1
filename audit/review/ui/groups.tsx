import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Segmented } from 'antd';
import { api, got, type components } from '@api';
import { Chart, Code, count, Loading, Money, Nothing, PlainTable, regionOf, Section, Wrong, type Go } from '@kit';
import { Totals } from './parts';
import { queryOf, type Filter } from './source';
import { outcomes, states } from './words';

type Group = components['schemas']['Group'];
type By = 'rule' | 'institution' | 'department' | 'doctor' | 'person' | 'state' | 'outcome' | 'batch' | 'region';

const titles: Record<By, string> = { rule: '规则', institution: '机构', department: '科室', doctor: '医师', person: '人员', state: '环节', outcome: '结论', batch: '批次', region: '区划' };
const fields: Record<By, keyof Filter> = { rule: 'rule_id', institution: 'fixmedins_code', department: 'dept_name', doctor: 'dr_code', person: 'psn_no', state: 'state', outcome: 'outcome', batch: 'batch', region: 'region' };

/** nameOf is what a group is called. */
function nameOf(by: By, g: Group): string {
  if (by === 'outcome') return outcomes[g.key || 'none'] ?? g.key;
  if (by === 'state') return states[g.key] ?? g.key;
  if (by === 'region' && g.name) return regionOf(g.name);
  return g.name || g.key || '未记录';
}

/** Groups are what the findings come to by a key, drawn and as a table; each leads to its findings. */
export function Groups({ at, go, own }: { at: Filter & { by: By }; go: Go<any>; own: boolean }) {
  const by = at.by;
  const lacks = by === 'department' && !own && at.fixmedins_code.length !== 1;
  const query = useQuery({
    queryKey: ['/api/findings/groups', 'filter', by, queryOf(at)],
    enabled: !lacks,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => got(await api.GET('/api/findings/groups', { params: { query: { ...queryOf(at), by, limit: 200 } }, signal })),
  });
  const groups = (lacks ? [] : query.data?.items) ?? [];
  const open = (g: Group) => go({ tab: 'list', [fields[by]]: [by === 'outcome' ? g.key || 'none' : g.key] });
  const opens = (g: Group) => g.key !== '' || by === 'outcome';
  return (
    <>
      <div className="rv-by"><Segmented aria-label="分组" value={by} onChange={(v) => go({ by: v })} options={Object.entries(titles).map(([value, label]) => ({ value, label: `按${label}` }))} /></div>
      {lacks ? <Nothing>科室名称只在机构内有意义：请先在筛选中选定一家机构</Nothing> : query.isLoadingError ? <Wrong error={query.error} again={() => void query.refetch()} /> : query.isPending ? <Loading /> : (
        <>
          <Totals total={query.data?.total} />
          {groups.length === 0 ? <Nothing>没有符合筛选条件的疑点</Nothing> : (
            <div className="rv-groups">
              <div className="sheet">
                <Section title={`计入金额居前的${titles[by]}`}>
                  <Chart label={`计入金额，按${titles[by]}`} kind="ranking" series={['计入金额']} unit="yuan" figures={groups.slice(0, 15).map((g) => ({ name: nameOf(by, g), values: [Number(g.counted)], onOpen: opens(g) ? () => open(g) : undefined }))} />
                </Section>
              </div>
              <PlainTable label={`疑点，按${titles[by]}`} takes={false} rows={groups} rowKey={(g) => g.key} columns={[
                { title: titles[by], key: 'key', render: (_, g) => <span className="rv-two">{opens(g) ? <Button type="link" size="small" className="rv-flat" onClick={() => open(g)}>{nameOf(by, g)}</Button> : nameOf(by, g)}{g.name && <Code>{g.key}</Code>}</span> },
                { title: '疑点数', key: 'n', align: 'right', render: (_, g) => <span className="figures">{count(g.findings)}</span> },
                { title: '计入金额', key: 'counted', align: 'right', render: (_, g) => <Money yuan={g.counted} /> },
                { title: '待定', key: 'stake', align: 'right', render: (_, g) => <Money yuan={g.stake} /> },
                { title: '已认可待收', key: 'accepted', align: 'right', render: (_, g) => <Money yuan={g.accepted} /> },
                { title: '已扣减', key: 'deducted', align: 'right', render: (_, g) => <Money yuan={g.deducted} /> },
                { title: '已追回', key: 'recovered', align: 'right', render: (_, g) => <Money yuan={g.recovered} /> },
                { title: '不予认定', key: 'dropped', align: 'right', render: (_, g) => <Money yuan={g.dropped} /> },
              ]} />
            </div>
          )}
        </>
      )}
    </>
  );
}
