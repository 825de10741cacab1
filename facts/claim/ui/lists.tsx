import './intake.css';
import type { components } from '@api';
import { Code, count, DataTable, listOf, To, useGoTo, usePage, type Column } from '@kit';
import { intake as here, source } from './pages';
import { sourceStates, State, tableChoices, type Source } from './words';

type Table = components['schemas']['TableView'];
type Epoch = components['schemas']['EpochView'];

/** Held is a number of quarantined rows: tinted where there are any. */
export const Held = ({ rows }: { rows: number }) => (rows > 0 ? <b className="figures intake-held">{count(rows)}</b> : <span className="figures faint">0</span>);

const tables = listOf('/api/intake/tables');
const tableColumns: readonly Column<Table>[] = [
  { key: 'table_name', title: '表', sorts: true, render: (t) => <span className="spaced"><To page={here} at={{ tab: 'sources', filter: [`table:${t.table}`] }}>{t.table_name}</To><Code>{t.table}</Code></span> },
  { key: 'sources', title: '在用来源', kind: 'number', width: 96, sorts: true },
  { key: 'read', title: '读入行数', kind: 'number', width: 130, sorts: true },
  { key: 'kept', title: '= 保留', kind: 'number', width: 130, sorts: true },
  { key: 'quarantined', title: '+ 隔离', kind: 'number', width: 110, sorts: true, render: (t) => (t.quarantined > 0 ? <To page={here} at={{ tab: 'sources', filter: [`table:${t.table}`], sort: '-quarantined' }}><Held rows={t.quarantined} /></To> : <Held rows={0} />) },
  { key: 'doubts', title: '有疑问', kind: 'number', width: 120, sorts: true, render: (t) => (t.doubts > 0 ? <To page={here} at={{ tab: 'doubts', filter: [`table:${t.table}`] }}>{count(t.doubts)}</To> : <span className="faint">0</span>) },
  { key: 'epoch', title: '最近数据期', width: 110, sorts: true, render: (t) => (t.epoch > 0 ? `第 ${t.epoch} 期` : <span className="faint">没有数据</span>) },
];

/** Tables is what the home holds, by table: rows read = kept + quarantined. */
export function Tables() {
  const { at, go } = usePage(here);
  return <DataTable label="各表数据" source={tables} columns={tableColumns} rowKey={(t) => t.table} at={at} go={go} onOpen={(t) => go({ tab: 'sources', filter: [`table:${t.table}`], sort: '' })} empty="还没有接收数据，或您负责的区划不覆盖全部机构" />;
}

const sources = listOf('/api/intake/sources');
const sourceColumns: readonly Column<Source>[] = [
  { key: 'name', title: '文件', sorts: true },
  { key: 'table', title: '表', width: 168, choices: tableChoices, sorts: true, render: (s) => <span title={s.table}>{s.table_name}</span> },
  { key: 'state', title: '状态', width: 90, choices: Object.entries(sourceStates).map(([value, s]) => ({ value, text: s.text })), render: (s) => <State of={sourceStates} state={s.state} /> },
  { key: 'read', title: '读入', kind: 'number', width: 110, sorts: true },
  { key: 'kept', title: '= 保留', kind: 'number', width: 110, sorts: true },
  { key: 'quarantined', title: '+ 隔离', kind: 'number', width: 90, sorts: true, render: (s) => (s.quarantined > 0 ? <To page={source} params={{ id: s.id }} at={{ tab: 'rows' }}><Held rows={s.quarantined} /></To> : <Held rows={0} />) },
  { key: 'epoch', title: '数据期', width: 84, sorts: true, render: (s) => `第 ${s.epoch} 期` },
  { key: 'at', title: '接收时间', kind: 'time', width: 134, sorts: true },
  { key: 'id', title: '来源', kind: 'code', width: 150 },
];

/** Sources is the files that were taken in. */
export function Sources() {
  const { at, go } = usePage(here);
  const goTo = useGoTo();
  return (
    <DataTable label="数据来源" source={sources} columns={sourceColumns} rowKey={(s) => s.tag} at={at} go={go} searches="文件、来源编号" onOpen={(s) => goTo(source, { params: { id: s.id } })}
      rowClass={(s) => (s.state === 'live' ? '' : 'faint')} empty="还没有接收数据，或您负责的区划不覆盖全部机构" />
  );
}

const epochs = listOf('/api/intake/epochs');
const epochColumns: readonly Column<Epoch>[] = [
  { key: 'id', title: '数据期', width: 110, sorts: true, render: (e) => `第 ${e.id} 期` },
  { key: 'at', title: '时间', kind: 'time', width: 150, sorts: true },
  { key: 'added', title: '新增来源', kind: 'number', width: 100, sorts: true },
  { key: 'retired', title: '停用来源', kind: 'number', width: 100, sorts: true },
  { key: 'kept', title: '新增行数', kind: 'number', width: 140, sorts: true },
  { key: 'note', title: '说明' },
];

/** Epochs is the states of all data: a screening reads one of them. */
export function Epochs() {
  const { at, go } = usePage(here);
  return <DataTable label="数据期" source={epochs} columns={epochColumns} rowKey={(e) => String(e.id)} at={at} go={go} onOpen={(e) => go({ tab: 'sources', filter: [`epoch:${e.id}`], sort: '' })} empty="还没有接收数据" />;
}
