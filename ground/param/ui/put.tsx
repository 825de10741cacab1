import { Form, Input, Select } from 'antd';
import { api, type components } from '@api';
import { DayInput, FormModal, ReasonField } from '@kit';
import type { Parameter } from './params';

type Setting = components['schemas']['Setting'];

const certainties = [
  { value: 'V', label: '已核对正式文本' },
  { value: 'V2', label: '依据转述，未见正式文本' },
  { value: 'L', label: '地方做法' },
  { value: 'M', label: '未经核对' },
];

/** PutSetting stores what a local text says of a parameter. */
export function PutSetting({ p, open, onClose }: { p: Parameter; open: boolean; onClose: () => void }) {
  return (
    <FormModal<Setting & { reason: string }> open={open} title={`录入：${p.meaning}`} okText="录入" width={560} onClose={onClose} initial={{ certainty: 'V', region: p.set_in ?? '' }}
      onSend={({ reason, ...s }) => api.POST('/api/params', { body: { reason, settings: [{ ...s, key: p.key }] } })}>
      <div className="pair">
        <Form.Item name="region" label="区划" rules={[{ required: true, pattern: /^\d{6}$/, message: '六位数字' }]}><Input className="code" maxLength={6} inputMode="numeric" /></Form.Item>
        <Form.Item name="value" label="值" rules={[{ required: true, whitespace: true, message: '请输入' }]} extra={`现为 ${p.value || '没有设定'}；如 5个工作日、1000元、3%`}><Input maxLength={200} /></Form.Item>
        <Form.Item name="from" label="自"><DayInput /></Form.Item>
        <Form.Item name="to" label="至"><DayInput /></Form.Item>
      </div>
      <Form.Item name="document" label="文件" rules={[{ required: true, whitespace: true, message: '请写明依据的文件' }]}><Input maxLength={200} placeholder="文号或全称" /></Form.Item>
      <div className="pair">
        <Form.Item name="article" label="条款"><Input maxLength={100} /></Form.Item>
        <Form.Item name="certainty" label="确定性" rules={[{ required: true }]}><Select options={certainties} /></Form.Item>
      </div>
      <Form.Item name="note" label="说明"><Input maxLength={500} /></Form.Item>
      <ReasonField />
    </FormModal>
  );
}
