import { InboxOutlined } from '@ant-design/icons';
import { Checkbox, Form, Input, Upload } from 'antd';
import { useState } from 'react';
import { api, got } from '@api';
import { DayInput, FormModal, ReasonField, useGoTo } from '@kit';
import { oneChange } from './pages';
import { RuleSelect } from './words';

interface Asked { file: File; layer?: string; document?: string; reason: string; rule?: string; valid_from?: string; complete?: boolean }

/** Stage uploads a file and leads to what it would change. */
export function Stage({ open, onClose }: { open: boolean; onClose: () => void }) {
  const goTo = useGoTo();
  return (
    <FormModal<Asked> open={open} title="导入知识点" okText="上传并比较" width={560} about="国家公布的工作簿、平台的模板或交换格式（CSV）。上传后只比较，不生效。" onClose={onClose}
      onSend={async ({ file, ...asked }) => {
        const query = { name: file.name, layer: asked.layer || undefined, document: asked.document || undefined, reason: asked.reason.trim(), rule: asked.rule || undefined, valid_from: asked.valid_from || undefined, complete: asked.complete || undefined };
        const c = got(await api.POST('/api/knowledge/changes', { params: { query }, body: file as never, bodySerializer: (body) => body as never, headers: { 'Content-Type': 'application/octet-stream' } }));
        goTo(oneChange, { params: { id: String(c.id) } });
      }}>
      {(form) => (
        <>
          <Form.Item name="file" rules={[{ required: true, message: '请选择文件' }]}><FileField accept=".xlsx,.csv" /></Form.Item>
          <div className="pair">
            <Form.Item name="layer" label="层级" rules={[{ pattern: /^\d{4}00$/, message: '省级或市级的区划代码' }]} extra="地方的增补填区划代码，全国的不填"><Input className="code" maxLength={6} placeholder="全国" onBlur={() => void form.validateFields(['document'])} /></Form.Item>
            <Form.Item name="document" label="依据的文件" rules={[({ getFieldValue }) => ({ required: Boolean(getFieldValue('layer')), message: '地方的增补须写明文件' })]}><Input maxLength={200} /></Form.Item>
            <Form.Item name="rule" label="规则" extra="工作簿没有写明规则时"><RuleSelect width="100%" placeholder="按文件" /></Form.Item>
            <Form.Item name="valid_from" label="首个服务日" extra="工作簿中知识点的"><DayInput /></Form.Item>
          </div>
          <Form.Item name="complete" valuePropName="checked"><Checkbox>这是所含规则的整份清单：清单中没有的知识点从首个服务日起终止</Checkbox></Form.Item>
          <ReasonField />
        </>
      )}
    </FormModal>
  );
}

interface AskedExclusions { file: File; layer?: string; document?: string; reason: string; complete?: boolean }

/** StageExclusions uploads a list and leads to what it would change. */
export function StageExclusions({ open, onClose }: { open: boolean; onClose: () => void }) {
  const goTo = useGoTo();
  return (
    <FormModal<AskedExclusions> open={open} title="导入例外名单" okText="上传并比较" width={560} about="模板工作簿或 CSV。上传后只比较，由另一人决定是否生效。" onClose={onClose}
      onSend={async ({ file, ...asked }) => {
        const query = { name: file.name, layer: asked.layer || undefined, document: asked.document || undefined, reason: asked.reason.trim(), complete: asked.complete || undefined };
        const c = got(await api.POST('/api/exclusions', { params: { query }, body: file as never, bodySerializer: (body) => body as never, headers: { 'Content-Type': 'application/octet-stream' } }));
        goTo(oneChange, { params: { id: String(c.id) } });
      }}>
      <Form.Item name="file" rules={[{ required: true, message: '请选择文件' }]}><FileField accept=".xlsx,.csv" /></Form.Item>
      <div className="pair">
        <Form.Item name="layer" label="层级" rules={[{ pattern: /^\d{6}$/, message: '六位区划代码' }]} extra="只变更这个地区的例外"><Input className="code" maxLength={6} placeholder="本单位所在地区" /></Form.Item>
        <Form.Item name="document" label="依据的文件"><Input maxLength={200} /></Form.Item>
      </div>
      <Form.Item name="complete" valuePropName="checked"><Checkbox>这是该地区的整份名单：名单中没有的例外随之撤销</Checkbox></Form.Item>
      <ReasonField />
    </FormModal>
  );
}

/** FileField is a file that is chosen or dropped. */
export function FileField({ accept, value, onChange }: { accept: string; value?: File; onChange?: (file: File) => void }) {
  const [name, setName] = useState('');
  return (
    <Upload.Dragger accept={accept} showUploadList={false} beforeUpload={(file) => { onChange?.(file); setName(file.name); return false; }}>
      <p><InboxOutlined style={{ fontSize: 24 }} className="faint" /></p>
      <p>{value ? name || value.name : '点击选择，或把文件拖到这里'}</p>
    </Upload.Dragger>
  );
}
