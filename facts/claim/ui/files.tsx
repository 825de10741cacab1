import { InboxOutlined } from '@ant-design/icons';
import { Alert, Button, Checkbox, Form, Input, Select, Upload } from 'antd';
import { useState } from 'react';
import { api, got, sentence, type components } from '@api';
import { DataTable, FormModal, listOf, useAct, useGoTo, usePage, type Column } from '@kit';
import { Modal } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { jobs } from '../../../ground/job/ui/pages';
import { intake as here } from './pages';

type FileView = components['schemas']['FileView'];
type Uploaded = components['schemas']['Uploaded'];

const source = listOf('/api/intake/files');

/** size writes bytes as 1.2 MB. */
export const size = (bytes: number) => (bytes < 1024 ? `${bytes} B` : bytes < 1048576 ? `${(bytes / 1024).toFixed(1)} kB` : bytes < 1073741824 ? `${(bytes / 1048576).toFixed(1)} MB` : `${(bytes / 1073741824).toFixed(2)} GB`);

/** Files is what lies in the folder for files, to be taken in. */
export function Files({ onTakeIn }: { onTakeIn: (names: string[]) => void }) {
  const { at, go } = usePage(here);
  const [chosen, setChosen] = useState<string[]>([]);
  const columns: readonly Column<FileView>[] = [
    { key: 'name', title: '文件', kind: 'code', sorts: true },
    { key: 'size', title: '大小', kind: 'number', width: 110, sorts: true, render: (f) => <span className="figures">{size(f.size)}</span> },
    { key: 'at', title: '放入时间', kind: 'time', width: 150, sorts: true },
  ];
  return (
    <DataTable label="待接收的文件" source={source} columns={columns} rowKey={(f) => f.name} at={at} go={go} onOpen={false} searches="文件" empty="文件夹里没有可以接收的文件。较大的文件请由系统管理员放到服务器上的任务文件夹。"
      choose={{ chosen, onChange: setChosen, acts: <Button size="small" type="primary" onClick={() => onTakeIn(chosen)}>接收</Button> }} />
  );
}

/** UploadModal brings files; each is looked at before it is kept. */
export function UploadModal({ open, onClose, onTakeIn }: { open: boolean; onClose: () => void; onTakeIn: (names: string[]) => void }) {
  const [kept, setKept] = useState<Uploaded[]>([]);
  const [refused, setRefused] = useState<string[]>([]);
  const send = useAct(async (file: File) => got(await api.POST('/api/intake/upload', { params: { query: { name: file.name } }, body: file as never, bodySerializer: (b) => b as never, headers: { 'Content-Type': 'application/octet-stream' } })), {
    quiet: true, then: (u) => setKept((all) => [...all, u]),
  });
  const close = () => { setKept([]); setRefused([]); onClose(); };
  return (
    <Modal open={open} title="上传文件" width={600} onCancel={close} mask={{ closable: false }} footer={<><Button onClick={close}>关闭</Button><Button type="primary" disabled={kept.length === 0 || send.isPending} onClick={() => { const names = kept.map((u) => u.name); setKept([]); setRefused([]); onTakeIn(names); }}>接收已上传的 {kept.length} 个文件</Button></>}>
      <p className="modal-about">CSV、TXT、XLSX、Parquet 文件，或 zip、gz 压缩包，每个不超过 256 MB。上传时先按内容认出是哪张表，认不出的不保存。</p>
      <Upload.Dragger multiple showUploadList={false} beforeUpload={(file) => {
        send.mutate(file, { onError: (e) => setRefused((all) => [...all, `${file.name}：${sentence(e)}`]) });
        return false;
      }}>
        <p><InboxOutlined style={{ fontSize: 24 }} className="faint" /></p>
        <p>{send.isPending ? '正在上传…' : '点击选择，或把文件拖到这里'}</p>
      </Upload.Dragger>
      <div role="status" className="intake-brought">
        {kept.map((u) => <Alert key={u.name} type="success" showIcon title={`${u.name.split('/').pop()}　${size(u.size)}　${(u.tables ?? []).join('、')}`} />)}
        {refused.map((text, k) => <Alert key={k} type="error" showIcon title={text} />)}
      </div>
    </Modal>
  );
}

interface Values { paths: string; replaces?: string; keep_going?: boolean }

/** TakeIn orders files to be taken in, and leads to the job. */
export function TakeIn({ names, replaces, onClose }: { names?: string[]; replaces?: string; onClose: () => void }) {
  const goTo = useGoTo();
  const live = useQuery({ queryKey: ['/api/intake/sources', 'live'], enabled: names !== undefined, queryFn: async ({ signal }) => got(await api.GET('/api/intake/sources', { params: { query: { filter: ['state:live'], limit: 500 } }, signal })) });
  const send = async (v: Values) => {
    const argument = { paths: v.paths.split('\n').map((p) => p.trim()).filter(Boolean), ...(v.replaces ? { replaces: v.replaces } : {}), ...(v.keep_going ? { keep_going: true } : {}) };
    goTo(jobs, { at: { open: got(await api.POST('/api/jobs', { body: { kind: 'intake', argument: argument as never } })).id } });
  };
  return (
    <FormModal<Values> key={(names ?? []).join('\n')} open={names !== undefined} title="接收数据" okText="排入" width={560} onClose={onClose} initial={{ paths: (names ?? []).join('\n'), replaces }} onSend={send}
      about="在后台接收，可在任务页看进度。内容相同的文件不会重复接收。">
      <Form.Item name="paths" label="文件或文件夹" rules={[{ required: true, whitespace: true, message: '请输入' }]} extra="每行一个，写在任务文件夹内的名称"><Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} className="code" /></Form.Item>
      <Form.Item name="replaces" label="替换的来源" extra="机构更正后重新提交的文件，替换此前的那一个；同一张表，只能有一个新文件">
        <Select allowClear showSearch optionFilterProp="label" placeholder="不替换" options={(live.data?.items ?? []).map((s) => ({ value: s.id, label: `${s.name}（${s.table_name}，第 ${s.epoch} 期，${s.id}）` }))} />
      </Form.Item>
      <Form.Item name="keep_going" valuePropName="checked"><Checkbox>个别文件不能读时，仍接收其余文件</Checkbox></Form.Item>
    </FormModal>
  );
}
