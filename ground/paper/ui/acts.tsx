import { Checkbox, Form, Input, Select } from 'antd';
import { api } from '@api';
import { DayInput, FormModal, instant } from '@kit';
import { ways, type PaperView } from './words';

/** IssueModal issues a draft; each character that the font has not must be accepted. */
export function IssueModal({ p, open, onClose }: { p: PaperView; open: boolean; onClose: () => void }) {
  const lost = [...(p.lost_now ?? '')];
  return (
    <FormModal<{ accepted?: string[] }> open={open} title={`出具${p.title}`} okText="出具" onClose={onClose}
      about={`受送达人：${p.recipient_name || '无'}。出具后取得文号并签名，内容不能再改；有误的只能作废后另行出具。`}
      onSend={({ accepted }) => api.POST('/api/papers/{id}/issue', { params: { path: { id: p.id } }, body: { accepted: (accepted ?? []).join('') } })}>
      {lost.length > 0 && (
        <Form.Item name="accepted" label="下面的字字体里没有，印出来是“〓”，请逐字确认" rules={[{ validator: (_, v?: string[]) => ((v ?? []).length === lost.length ? Promise.resolve() : Promise.reject(new Error('还有字没有确认；也可以返回改用其他写法'))) }]}>
          <Checkbox.Group options={lost.map((c) => ({ value: c, label: `${c}（U+${c.codePointAt(0)!.toString(16).toUpperCase()}）` }))} />
        </Form.Item>
      )}
    </FormModal>
  );
}

/** ServiceModal enters how a paper was served. */
export function ServiceModal({ p, open, onClose }: { p: PaperView; open: boolean; onClose: () => void }) {
  return (
    <FormModal<{ how: 'direct'; day: string; to?: string; note?: string }> open={open} title={`登记送达 ${p.document ?? ''}`} okText="登记" onClose={onClose} initial={{ how: 'direct', day: '' }}
      about="登记后受送达人可以看到这份文书；有期限的，从送达之日起算。"
      onSend={(body) => api.POST('/api/papers/{id}/service', { params: { path: { id: p.id } }, body })}>
      <div className="pair">
        <Form.Item name="how" label="送达方式" rules={[{ required: true }]}><Select options={ways} /></Form.Item>
        <Form.Item name="day" label="送达日期" rules={[{ required: true, message: '请选择日期' }]} extra={`不早于出具之日 ${instant(p.issued_at).slice(0, 10)}`}><DayInput /></Form.Item>
      </div>
      <Form.Item noStyle shouldUpdate={(a, b) => a.how !== b.how}>
        {({ getFieldValue }) => {
          const alone = ['left', 'notice'].includes(getFieldValue('how') as string);
          return (
            <>
              <Form.Item name="to" label="签收人" rules={[{ required: !alone, whitespace: !alone, message: '请写明签收人' }]}><Input maxLength={100} /></Form.Item>
              <Form.Item name="note" label="说明" rules={[{ required: alone, whitespace: alone, message: '请写明经过和见证人，或公告的日期和媒体' }]}><Input.TextArea rows={2} maxLength={500} /></Form.Item>
            </>
          );
        }}
      </Form.Item>
    </FormModal>
  );
}
