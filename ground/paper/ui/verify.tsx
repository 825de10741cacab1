import type { ReactNode } from 'react';
import { FilePdfOutlined } from '@ant-design/icons';
import { Alert, Upload } from 'antd';
import { useState } from 'react';
import { api, got, type components } from '@api';
import { Code, Facts, PageHead, To, useAct } from '@kit';
import { paper } from './pages';

type Verification = components['schemas']['Verification'];

/** Whether a PDF is a paper that was issued here, unchanged. */
export default function Verify(): ReactNode {
  const [about, setAbout] = useState<{ name: string; v: Verification }>();
  const ask = useAct(async (file: File) => setAbout({ name: file.name, v: got(await api.POST('/api/papers-verify', { body: file as never, bodySerializer: (b) => b as never, headers: { 'Content-Type': 'application/pdf' } })) }));
  const v = about?.v;
  return (
    <>
      <PageHead title="核验文书" about="核对一个 PDF 是不是本系统出具的文书、有没有被改动、是否已作废。文件只用于核验，不保存。" />
      <div className="paper-drop"><Upload.Dragger accept=".pdf,application/pdf" showUploadList={false} disabled={ask.isPending} beforeUpload={(file) => { setAbout(undefined); ask.mutate(file); return false; }}>
          <p><FilePdfOutlined style={{ fontSize: 28 }} className="faint" /></p>
          <p>{ask.isPending ? '正在核验…' : '点击选择，或把 PDF 拖到这里'}</p>
        </Upload.Dragger></div>
        {v && (
          <div className="sheet" role="status" style={{ marginTop: 12 }}>
            <Alert className="modal-error" showIcon type={v.genuine && !v.void ? 'success' : v.genuine ? 'warning' : 'error'} title={v.text} />
            <Facts items={[
              ['文件', about.name], ['文号', v.document && <Code copy>{v.document}</Code>], ['文书', v.id ? <To page={paper} params={{ id: v.id }}>{v.title || v.id}</To> : ''], ['发文机关', v.organ], ['出具日期', v.issued],
              ['SHA-256', <Code copy>{v.sha256}</Code>], ['SM3', <Code copy>{v.sm3}</Code>],
            ]} />
          </div>
        )}
    </>
  );
}
