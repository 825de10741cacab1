import { useMutation } from '@tanstack/react-query';
import { Button, Form, Input, Modal } from 'antd';
import { api, got } from '@api';
import { Code, Nothing, PlainTable, Wrong } from '@kit';

/** FindPerson finds people by a name, phone or certificate number, whole: these are sealed and cannot be searched in part. */
export function FindPerson({ open, onClose, onFound }: { open: boolean; onClose: () => void; onFound: (id: string) => void }) {
  const find = useMutation({ mutationFn: async (value: string) => got(await api.POST('/api/people/find', { body: { value } })).items ?? [] });
  return (
    <Modal open={open} title="按姓名、电话或证件号查找" footer={null} onCancel={onClose} width={560} destroyOnHidden>
      <p className="quiet">姓名、电话和证件号加密保存，须输入完整。查找记入操作日志。</p>
      <Form layout="inline" onFinish={(v: { value: string }) => find.mutate(v.value.trim())} style={{ marginBottom: 12 }}>
        <Form.Item name="value" rules={[{ required: true, message: '请输入' }]} style={{ flex: 1 }}>
          <Input autoFocus aria-label="姓名、电话或证件号" autoComplete="off" maxLength={50} />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={find.isPending}>查找</Button>
      </Form>
      {find.isError && <Wrong error={find.error} />}
      {find.data?.length === 0 && <Nothing>没有找到，或不在您的管辖范围内</Nothing>}
      {find.data && find.data.length > 0 && (
        <PlainTable label="找到的人员" rows={find.data} rowKey={(p) => p.id} columns={[
          { title: '编号', render: (_, p) => <Code>{p.id}</Code> },
          { title: '姓名', render: (_, p) => p.identity.name },
          { title: '机构', render: (_, p) => <Code>{p.organisation}</Code> },
          { title: '', render: (_, p) => <Button size="small" type="link" onClick={() => onFound(p.id)}>打开</Button> },
        ]} />
      )}
    </Modal>
  );
}
