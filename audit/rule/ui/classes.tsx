import { PartitionOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useMemo } from 'react';
import { api, got, useMay, type components } from '@api';
import { DataTable, listOf, PageHead, useGoTo, usePage, type Column } from '@kit';
import { classes as here, coverage, oneClass } from './pages';
import { choices, programs, Result, results, Status, statuses, tiers } from './words';

export type RuleClass = components['schemas']['CatalogueClass'];

const source = listOf('/api/rules/classes');

const shown = (levels: readonly string[] | null | undefined) => (levels ?? []).join('、');

/** The catalogue: what this version can judge by, and what each class stands on here. */
export default function Classes() {
  const { at, go } = usePage(here);
  const goTo = useGoTo();
  const held = useHeld();
  const columns = useMemo<readonly Column<RuleClass>[]>(() => [
    { key: 'seq', title: '序号', kind: 'number', width: 66, sorts: true, render: (c) => <span className="figures">{c.seq || '—'}</span> },
    { key: 'name', title: '名称', sorts: true, render: (c) => <span title={c.definition}>{c.name}</span> },
    { key: 'tier1', title: '一级分类', width: 70, choices: choices(Object.fromEntries(Object.keys(tiers).map((t) => [t, t]))) },
    { key: 'tier2', title: '二级分类', width: 164, choices: choices(Object.fromEntries(Object.values(tiers).flat().map((t) => [t, t]))) },
    { key: 'program', title: '程序', width: 80, choices: choices(programs), render: (c) => programs[c.program] ?? c.program },
    { key: 'result', title: '结论', width: 58, choices: choices(results), render: (c) => <Result of={c.result} /> },
    { key: 'levels', title: '机构级别', width: 74, render: (c) => <span title={shown(c.levels)}>{(c.levels ?? []).length === 4 ? '各级' : shown(c.levels)}</span> },
    { key: 'status', title: '状态', width: 92, choices: choices(Object.fromEntries(['executable', 'needs_knowledge', 'table_missing', 'not_run'].map((s) => [s, statuses[s]!]))), render: (c) => <Status of={c.status} why={c.status_text} /> },
    { key: 'in_force', title: '生效知识点', kind: 'number', width: 104, sorts: true },
    { key: 'cases', title: '案例', kind: 'number', width: 66, sorts: true },
    ...(held?.size ? [{ key: 'local', title: '地方版本', width: 76, render: (c: RuleClass) => <Local of={held.get(c.id)} /> }] : []),
    { key: 'id', title: '编号', kind: 'code', width: 140, sorts: true },
  ], [held]);
  return (
    <>
      <PageHead title="规则目录" about="国家规则库 2025 年版的 88 个规则类和平台自有的规则类。规则对监管、经办和被检查的机构都公开。">
        <Button icon={<PartitionOutlined />} onClick={() => goTo(coverage)}>规则覆盖</Button>
      </PageHead>
      <DataTable label="规则目录" source={source} columns={columns} rowKey={(c) => c.id} at={at.sort ? at : { ...at, sort: 'order' }} go={go} searches="编号、名称、定义" onOpen={(c) => goTo(oneClass, { params: { id: c.id } })} />
    </>
  );
}

/** What regions have of their own of a class. */
interface Held { force: number; grey: number }

const Local = ({ of }: { of?: Held }) => (!of ? <span className="faint">—</span> : <span>{[of.force > 0 && `生效 ${of.force}`, of.grey > 0 && `灰度 ${of.grey}`].filter(Boolean).join('，')}</span>);

/** useHeld are the versions of regions that judge now, by class; nothing for who may not see them. */
function useHeld(): Map<string, Held> | undefined {
  const reads = useMay('rule.read');
  const query = useQuery({
    queryKey: ['/api/rule-versions', 'held'],
    enabled: reads,
    queryFn: async () => got(await api.GET('/api/rule-versions', { params: { query: { filter: ['state:force', 'state:grey'], limit: 500 } } })).items ?? [],
  });
  return useMemo(() => {
    if (!query.data) return undefined;
    const all = new Map<string, Held>();
    for (const v of query.data) {
      const held = all.get(v.rule_id) ?? { force: 0, grey: 0 };
      held[v.state === 'grey' ? 'grey' : 'force']++;
      all.set(v.rule_id, held);
    }
    return all;
  }, [query.data]);
}
