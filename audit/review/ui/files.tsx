import { UploadOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Checkbox, Upload } from 'antd';
import { useState } from 'react';
import { api, download, got, sentence, type components } from '@api';
import { Section, Time } from '@kit';
import { size, type Detail } from './words';

type File_ = components['schemas']['File'];

const most = 20 << 20;

/** useAttach sends a file to a finding. */
function useAttach(id: string) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const attach = async (file: File): Promise<File_ | undefined> => {
    if (file.size > most) {
      void message.error(`${file.name} 有 ${size(file.size)}，附件不能超过 20 MB`);
      return undefined;
    }
    setBusy(true);
    try {
      const added = got(await api.POST('/api/findings/{id}/files', {
        params: { path: { id }, query: { name: file.name } }, body: file as never, bodySerializer: (body: unknown) => body as never, headers: { 'Content-Type': 'application/octet-stream' },
      }));
      void queries.invalidateQueries({ queryKey: ['/api/findings', 'one', id] });
      return added as File_;
    } catch (error) {
      void message.error(sentence(error), 6);
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  return { attach, busy };
}

const kinds = 'PDF、图片、Word、Excel、文本，不超过 20 MB';
const accept = '.pdf,.jpg,.jpeg,.png,.docx,.xlsx,.zip,.txt';

/** Files are the attachments of a finding; each is given out only to be saved. */
export function Files({ detail }: { detail: Detail }) {
  const { message } = App.useApp();
  const id = detail.finding.finding_id;
  const { attach, busy } = useAttach(id);
  const files = detail.files ?? [];
  const take = (f: File_) => download(`/api/findings/${id}/files/${f.id}`).catch((error) => void message.error(sentence(error), 6));
  return (
    <Section title="材料" extra={!detail.finding.ended && (
      <Upload className="no-print" accept={accept} showUploadList={false} beforeUpload={(file) => { void attach(file); return false; }}>
        <Button size="small" icon={<UploadOutlined />} loading={busy} title={kinds}>上传</Button>
      </Upload>
    )}>
      {files.length === 0 ? <p className="quiet">没有材料</p> : (
        <ul className="plain-list rv-files">
          {files.map((f) => (
            <li key={f.id}>
              <Button type="link" size="small" className="rv-flat" title="下载" onClick={() => void take(f)}>{f.name}</Button>
              <span className="faint">{size(f.size)}　{f.own ? '机构提供' : '审核方'}　<Time at={f.at} /></span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

/** FilePick chooses the attachments that an answer, a comment or a decision names; new ones are sent at once. */
export function FilePick({ id, files, value = [], onChange }: { id: string; files: File_[]; value?: string[]; onChange?: (ids: string[]) => void }) {
  const { attach, busy } = useAttach(id);
  return (
    <div>
      {files.length > 0 && <Checkbox.Group className="rv-pick" value={value} onChange={(ids) => onChange?.(ids as string[])} options={files.map((f) => ({ value: f.id, label: `${f.name}（${size(f.size)}）` }))} />}
      <Upload accept={accept} showUploadList={false} beforeUpload={(file) => { void attach(file).then((f) => { if (f) onChange?.([...value, f.id]); }); return false; }}>
        <Button size="small" icon={<UploadOutlined />} loading={busy}>上传材料</Button>
      </Upload>
      <span className="faint rv-hint">{kinds}</span>
    </div>
  );
}
