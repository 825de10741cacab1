import { Checkbox, Form, Input, Radio, Select } from 'antd';
import { api, got, today } from '@api';
import { DayInput, FormModal } from '@kit';
import { useClasses } from '../../knowledge/ui/words';

interface Values { from: string; to: string; scope: 'new' | 'full'; rules?: string[]; take_over?: boolean; out: string }

/** StartRun orders a screening. */
export function StartRun({ open, onStarted, onClose }: { open: boolean; onStarted: (job: string) => void; onClose: () => void }) {
  const classes = useClasses();
  const send = async (v: Values) => onStarted(got(await api.POST('/api/jobs', {
    body: { kind: 'screen', argument: { from: v.from, to: v.to, out: v.out.trim(), ...(v.scope === 'new' ? { new: true } : {}), ...(v.rules?.length ? { rules: v.rules } : {}), ...(v.take_over ? { take_over: true } : {}) } as never },
  })).id);
  return (
    <FormModal<Values> open={open} title="开始筛查" okText="开始" width={560} onClose={onClose} initial={{ scope: 'full', take_over: true, ...lastMonth() }} onSend={send} about="按最新一期数据和生效的知识库、规则进行，在后台运行。">
      {(form) => (
        <>
          <div className="pair">
            <Form.Item name="from" label="费用发生日 自" rules={[{ required: true, message: '请选择日期' }]}><DayInput onChange={(day) => form.setFieldValue('out', folder(day, form.getFieldValue('to') as string))} /></Form.Item>
            <Form.Item name="to" label="至" dependencies={['from']} rules={[{ required: true, message: '请选择日期' }, ({ getFieldValue }) => ({ validator: (_, v: string) => (!v || v >= (getFieldValue('from') as string) ? Promise.resolve() : Promise.reject(new Error('不能早于起始日'))) })]}><DayInput onChange={(day) => form.setFieldValue('out', folder(form.getFieldValue('from') as string, day))} /></Form.Item>
          </div>
          <Form.Item name="scope" label="人员" required><Radio.Group options={[{ value: 'full', label: '全部人员' }, { value: 'new', label: '只筛查上次以来有新数据的人员，其余沿用上次的疑点' }]} /></Form.Item>
          <Form.Item name="rules" label="规则" extra="不选为全部规则"><Select mode="multiple" allowClear showSearch optionFilterProp="label" maxTagCount={4} placeholder="全部规则" options={classes.map((c) => ({ value: c.id, label: `${c.id} ${c.name}` }))} /></Form.Item>
          <Form.Item name="out" label="结果文件夹" rules={[{ required: true, whitespace: true, message: '请输入' }]} extra="任务文件夹内的名称，报告和清单写在这里"><Input className="code" maxLength={200} /></Form.Item>
          <Form.Item name="take_over" valuePropName="checked"><Checkbox>完成后接收疑点办理，进入初审</Checkbox></Form.Item>
        </>
      )}
    </FormModal>
  );
}

const folder = (from: string, to: string) => `筛查-${from}-${to}`;

/** lastMonth is the month before this one by the server's clock, which is what is screened as a rule. */
function lastMonth(): { from: string; to: string; out: string } {
  const [year, month] = today().split('-').map(Number) as [number, number];
  const day = (of: number, n: number) => new Date(Date.UTC(year, of, n)).toISOString().slice(0, 10);
  const [from, to] = [day(month - 2, 1), day(month - 1, 0)];
  return { from, to, out: folder(from, to) };
}
