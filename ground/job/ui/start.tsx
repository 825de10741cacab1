import { Checkbox, Form, Input, Select } from 'antd';
import { api, got } from '@api';
import { DayInput, FormModal } from '@kit';
import { kindTitles, type JobPath } from './list';

interface Values {
  kind: string;
  paths?: string;
  from?: string;
  to?: string;
  out?: string;
  new?: boolean;
  replaces?: string;
}

/** StartJob asks for a job. Files are names within the folder that is open for jobs. */
export function StartJob({ path, kinds, open, onStarted, onClose }: { path: JobPath; kinds: readonly string[]; open: boolean; onStarted: (id: string) => void; onClose: () => void }) {
  const send = async (v: Values) => onStarted(got(await api.POST(path, { body: { kind: v.kind, argument: argument(v) as never } })).id);
  return (
    <FormModal<Values> open={open} title="排入任务" okText="排入" onClose={onClose} initial={{ kind: kinds[0], new: true }} onSend={send}>
      <Form.Item name="kind" label="任务" rules={[{ required: true }]}><Select options={kinds.map((k) => ({ value: k, label: kindTitles[k] ?? k }))} /></Form.Item>
      <Form.Item noStyle shouldUpdate={(a, b) => a.kind !== b.kind}>
        {({ getFieldValue }) => fields[getFieldValue('kind') as string]}
      </Form.Item>
    </FormModal>
  );
}

const fields: Record<string, React.ReactNode> = {
  intake: (
    <>
      <Form.Item name="paths" label="文件或文件夹" rules={[{ required: true, whitespace: true, message: '请输入' }]} extra="每行一个，写在任务文件夹内的名称，如 2026-03 或 2026-03/fee_list_d.csv"><Input.TextArea rows={3} className="code" /></Form.Item>
      <Form.Item name="replaces" label="替换的文件" extra="更正后重新提交的，写此前文件的名称"><Input className="code" /></Form.Item>
    </>
  ),
  screen: (
    <>
      <div className="pair">
        <Form.Item name="from" label="自" rules={[{ required: true, message: '请输入日期' }]}><DayInput /></Form.Item>
        <Form.Item name="to" label="至" rules={[{ required: true, message: '请输入日期' }]}><DayInput /></Form.Item>
      </div>
      <Form.Item name="out" label="结果文件夹" rules={[{ required: true, whitespace: true, message: '请输入' }]} extra="任务文件夹内的名称，如 结果-2026-03"><Input className="code" /></Form.Item>
      <Form.Item name="new" valuePropName="checked"><Checkbox>只筛查有新数据的人员</Checkbox></Form.Item>
    </>
  ),
  backup: <Form.Item name="out" label="备份文件" rules={[{ required: true, whitespace: true, message: '请输入' }]} extra="任务文件夹内的名称，以 .tar.zst 结尾"><Input className="code" placeholder="备份-2026-03-01.tar.zst" /></Form.Item>,
};

function argument(v: Values): object {
  switch (v.kind) {
    case 'intake':
      return { paths: (v.paths ?? '').split('\n').map((p) => p.trim()).filter(Boolean), ...(v.replaces?.trim() ? { replaces: v.replaces.trim() } : {}) };
    case 'screen':
      return { from: v.from, to: v.to, out: v.out?.trim(), ...(v.new ? { new: true } : {}) };
    default:
      return { out: v.out?.trim() };
  }
}
