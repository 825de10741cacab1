import type { components } from '@api';
import { DataTable, listOf, PageHead, To, usePage, type Column } from '@kit';
import { institution, institutions as here } from './pages';
import { levels, types } from './words';

type Row = NonNullable<components['schemas']['PageInstitution']['items']>[number];

const columns: readonly Column<Row>[] = [
  { key: 'code', title: '机构编码', kind: 'code', width: 160, sorts: true },
  { key: 'name', title: '名称', sorts: true, render: (i) => <To page={institution} params={{ code: i.code }}>{i.name || i.code}</To> },
  { key: 'type', title: '类型', width: 140, choices: Object.entries(types).map(([value, t]) => ({ value, text: t })), render: (i) => types[i.type ?? ''] ?? i.type ?? '' },
  { key: 'level', title: '等级', width: 140, sorts: true, render: (i) => levels[i.level ?? ''] ?? i.level ?? '' },
  { key: 'region', title: '区划', kind: 'region', width: 110, sorts: true },
];

/** Institutions are the register of institutions within reach, as the newest data have it. */
export default function Institutions() {
  const { at, go } = usePage(here);
  return (
    <>
      <PageHead title="定点机构名册" />
      <DataTable label="定点机构" source={listOf('/api/institutions', { region: at.region || undefined })} columns={columns} rowKey={(i) => i.code} at={at} go={go} onOpen={false}
        searches="编码、名称" empty="数据里还没有机构登记表（fixmedins_b）" />
    </>
  );
}
