import { UploadOutlined } from '@ant-design/icons';
import { Button, Tabs } from 'antd';
import { useState, type ReactNode } from 'react';
import { useMay, type components } from '@api';
import { count, DataTable, listOf, PageHead, Time, useGoTo, usePage, Who, type Column } from '@kit';
import { Editions } from './editions';
import { changes as here, oneChange } from './pages';
import { Stage } from './stage';
import { changeKinds, changeStates, ChangeState, Layer } from './words';
import './knowledge.css';

export type Change = components['schemas']['KnowledgeChange'];

const source = listOf('/api/knowledge/changes');

const told = (words: Record<string, string>) => Object.entries(words).map(([value, text]) => ({ value, text }));

export const columns: readonly Column<Change>[] = [
  { key: 'id', title: '编号', kind: 'number', width: 66, sorts: true },
  { key: 'kind', title: '种类', width: 76, choices: told(changeKinds), render: (c) => changeKinds[c.kind] ?? c.kind },
  { key: 'reason', title: '理由', render: (c) => <span title={c.reason}>{c.reason || <span className="faint">—</span>}</span> },
  { key: 'layer', title: '层级', width: 70, render: (c) => <Layer of={c.region} /> },
  { key: 'new', title: '新增', kind: 'number', width: 66, render: (c) => <N n={c.counts.new} /> },
  { key: 'changed', title: '更改', kind: 'number', width: 60, render: (c) => <N n={c.counts.changed} /> },
  { key: 'superseded', title: '接替', kind: 'number', width: 60, render: (c) => <N n={c.counts.superseded} /> },
  { key: 'gone', title: '终止', kind: 'number', width: 60, render: (c) => <N n={c.counts.gone} /> },
  { key: 'quarantined', title: '不采用的行', kind: 'number', width: 92, render: (c) => <N n={c.counts.quarantined} /> },
  { key: 'state', title: '状态', width: 96, sorts: true, choices: told(changeStates), render: (c) => <ChangeState of={c.state} stale={c.stale} /> },
  { key: 'edition', title: '版次', kind: 'number', width: 60, sorts: true, render: (c) => <N n={c.edition ?? 0} /> },
  { key: 'at', title: '提出', width: 172, sorts: true, render: (c) => <span className="two"><Time at={c.at} /><Who face={c.by_face} id={c.by} /></span> },
];

const N = ({ n }: { n: number }) => (n ? <span className="figures">{count(n)}</span> : <span className="faint">—</span>);

/** Changes of the knowledge: what was proposed and decided, and the editions that they made. */
export default function Changes(): ReactNode {
  const { at, go } = usePage(here);
  const goTo = useGoTo();
  const [staging, setStaging] = useState(false);
  const stages = useMay('knowledge.stage');
  return (
    <>
      <PageHead title="知识变更" about="导入的文件先比较，看清新增、更改、接替、终止和不采用的行，再由另一人决定是否生效。">
        {stages && <Button type="primary" icon={<UploadOutlined />} onClick={() => setStaging(true)}>导入知识点</Button>}
      </PageHead>
      <Tabs activeKey={at.tab} onChange={(tab) => go({ tab: tab as typeof at.tab, q: '', filter: [], sort: '' })} destroyOnHidden items={[
        { key: 'changes', label: '变更', children: <DataTable label="知识变更" source={source} columns={columns} rowKey={(c) => String(c.id)} at={at.sort ? at : { ...at, sort: '-id' }} go={go} searches="理由、文件、提出人" onOpen={(c) => goTo(oneChange, { params: { id: String(c.id) } })} empty="还没有变更" live={(rows) => (rows.some((c) => c.state === 'reading') ? 2000 : 0)} /> },
        { key: 'editions', label: '历版', children: <Editions at={at} go={go} /> },
      ]} />
      <Stage open={staging} onClose={() => setStaging(false)} />
    </>
  );
}
