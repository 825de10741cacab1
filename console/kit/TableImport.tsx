import { InboxOutlined } from '@ant-design/icons';
import { App, Form, Upload } from 'antd';
import { useState } from 'react';
import { FormModal, ReasonField } from './Ask';

/** TableImport reads a CSV file here, in UTF-8 or GB18030, and sends it with a reason. */
export function TableImport({ open, title, columns, onSend, onClose }: { open: boolean; title: string; columns: string; onSend: (body: { table: string; reason: string }) => Promise<string>; onClose: () => void }) {
  const { message } = App.useApp();
  const [name, setName] = useState('');
  return (
    <FormModal<{ table: string; reason: string }> open={open} title={title} okText="导入" about={`CSV 文件，列为：${columns}。有一行不合规，整个文件都不导入。`} onClose={() => { setName(''); onClose(); }}
      onSend={async (body) => void message.success(await onSend(body))}>
      {(form) => (
        <>
          <Form.Item name="table" rules={[{ required: true, message: '请选择文件' }]}>
            <Upload.Dragger accept=".csv,text/csv" showUploadList={false} beforeUpload={(file) => {
              void read(file).then((table) => { form.setFieldValue('table', table); setName(file.name); void form.validateFields(['table']); });
              return false;
            }}>
              <p><InboxOutlined style={{ fontSize: 24 }} className="faint" /></p>
              <p>{name || '点击选择，或把 CSV 文件拖到这里'}</p>
            </Upload.Dragger>
          </Form.Item>
          <ReasonField />
        </>
      )}
    </FormModal>
  );
}

/** read is the text of a file; spreadsheets here still write GB18030. */
async function read(file: File): Promise<string> {
  const bytes = await file.arrayBuffer();
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}
