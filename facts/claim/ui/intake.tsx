import type { ReactNode } from 'react';
import { CloudUploadOutlined } from '@ant-design/icons';
import { Button, Tabs } from 'antd';
import { useState } from 'react';
import { useMay } from '@api';
import { PageHead, usePage } from '@kit';
import { Doubts } from './doubts';
import { Files, TakeIn, UploadModal } from './files';
import { Epochs, Sources, Tables } from './lists';
import { intake as here } from './pages';

/** What was taken in, what was not and why, and how far the data can be trusted. */
export default function Intake(): ReactNode {
  const { at, go } = usePage(here);
  const may = useMay('intake.keep');
  const [uploading, setUploading] = useState(false);
  const [taking, setTaking] = useState<string[]>();
  const body = { tables: <Tables />, sources: <Sources />, doubts: <Doubts />, files: <Files onTakeIn={setTaking} />, epochs: <Epochs /> }[at.tab];
  return (
    <>
      <PageHead title="数据接收与质量" about="每个文件读入的行，要么保留，要么隔离。隔离的行可以更正后重新接收，已保留的行不受影响。">
        {may && <Button icon={<CloudUploadOutlined />} onClick={() => setUploading(true)}>上传文件</Button>}
        {may && <Button type="primary" onClick={() => setTaking([])}>接收数据</Button>}
      </PageHead>
      <Tabs activeKey={at.tab} onChange={(tab) => go({ tab: tab as typeof at.tab, q: '', filter: [], sort: '', cursor: '', open: '' })}
        items={[{ key: 'tables', label: '各表' }, { key: 'sources', label: '来源' }, { key: 'doubts', label: '数据质量' }, ...(may ? [{ key: 'files', label: '待接收的文件' }] : []), { key: 'epochs', label: '数据期' }]} />
      {body}
      <UploadModal open={uploading} onClose={() => setUploading(false)} onTakeIn={(names) => { setUploading(false); setTaking(names); }} />
      <TakeIn names={taking} onClose={() => setTaking(undefined)} />
    </>
  );
}
