import { useMe } from '@api';
import { DataTable, listOf, PageHead, usePage } from '@kit';
import { staff as here } from './pages';
import { personColumns } from './people';

const source = listOf('/api/staff');

/** The people of one's own organisation. */
export default function Staff() {
  const { at, go } = usePage(here);
  const me = useMe();
  const columns = personColumns.map((c) => (c.key === 'organisation' ? { ...c, render: (p: { organisation?: string }) => (p.organisation === me.organisation ? me.place?.name : p.organisation) } : c));
  return (
    <>
      <PageHead title="本机构人员" />
      <DataTable label="本机构人员" source={source} columns={columns} rowKey={(p) => p.id} at={at} go={go} onOpen={false} searches="编号、用户名" empty="本机构还没有登记人员" />
    </>
  );
}
