import { FilterOutlined, SearchOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Checkbox, Form, Input, Popover, Select, Tag, type InputRef } from 'antd';
import { useRef, useState } from 'react';
import { DayInput, useGoTo, useRegion, useSearchKey, type Choice, type Go } from '@kit';
import { finding } from './pages';
import { groupsOf, type Filter } from './source';
import { answers, choices, outcomes, results, states } from './words';

type Many = { [K in keyof Filter]: Filter[K] extends string[] ? K : never }[keyof Filter];

/** useChoices are the rules or institutions that findings within reach have. */
function useChoices(by: 'rule' | 'institution' | 'batch' | 'region') {
  return (useQuery(groupsOf(by)).data ?? []).map((g): Choice => ({ value: g.key, text: g.name ? `${g.name}　${g.key}` : g.key }));
}

/** Filters choose findings; the URL holds what is chosen. */
export function Filters({ at, go }: { at: Filter; go: Go<any> }) {
  const rules = useChoices('rule');
  const institutions = useChoices('institution');
  const one = (name: Many, title: string, all: Choice[], width = 120) => (
    <Select key={name} mode="multiple" className="choice" style={{ width }} placeholder={title} aria-label={title} value={at[name]} allowClear maxTagCount="responsive" popupMatchSelectWidth={false}
      showSearch={all.length > 11 ? { optionFilterProp: 'label' } : false} options={all.map((c) => ({ value: c.value, label: c.text }))} onChange={(values: string[]) => go({ [name]: values })} />
  );
  return (
    <div className="rv-filters">
      <Find go={go} />
      {one('state', '环节', choices(states), 132)}
      {one('result', '性质', choices(results), 88)}
      {one('outcome', '结论', choices(outcomes), 88)}
      {one('rule_id', '规则', rules, 140)}
      {institutions.length > 1 && one('fixmedins_code', '机构', institutions, 140)}
      <Checkbox checked={at.overdue} onChange={(e) => go({ overdue: e.target.checked })}>已逾期</Checkbox>
      <More at={at} go={go} />
      <Chips at={at} go={go} />
    </div>
  );
}

/** Find takes a number as people have it on paper: what it is of, its form says. */
function Find({ go }: { go: Go<any> }) {
  const [typed, setTyped] = useState('');
  const field = useRef<InputRef>(null);
  useSearchKey(field);
  const goTo = useGoTo();
  const find = () => {
    const text = typed.trim();
    if (text === '') return;
    setTyped('');
    if (/^YD/i.test(text)) return goTo(finding, { params: { id: text.toUpperCase() } });
    const name = /^[HPS]\d{11}$/i.test(text) ? 'fixmedins_code' : /^D\d{6,}/i.test(text) ? 'dr_code' : /^(GZ|YH)/i.test(text) ? 'rule_id' : /^YX/i.test(text) ? 'batch' : /^\d{6}$/.test(text) ? 'region' : /^\d{15,}$/.test(text) ? 'mdtrt_id' : 'psn_no';
    go({ [name]: [text] });
  };
  return (
    <div className="rv-find">
      <Input ref={field} suffix={typed === '' ? <kbd>f</kbd> : undefined} prefix={<SearchOutlined className="faint" />} placeholder="疑点、人员、就诊等编号" aria-label="按编号查找" value={typed} allowClear maxLength={100} onChange={(e) => setTyped(e.target.value)} onPressEnter={find} />
    </div>
  );
}

const lists: [Many, string, string][] = [
  ['psn_no', '人员编号', '多个用逗号分开'], ['mdtrt_id', '就诊编号', ''], ['dept_name', '科室', '名称'], ['dr_code', '医师代码', ''], ['region', '区划', '六位，含下级'], ['batch', '批次', 'YX…'],
];
const flags = [['overdue', '已逾期'], ['gone', '不再命中'], ['news', '有新版']] as const;

/** More are the filters that are asked for less often. */
function More({ at, go }: { at: Filter; go: Go<any> }) {
  const [open, setOpen] = useState(false);
  const send = (v: Record<string, any>) => {
    const patch: Record<string, unknown> = {
      min_counted: v.min_counted?.trim() ?? '', from: v.from ?? '', to: v.to ?? '', gone: v.flags?.includes('gone') ?? false, news: v.flags?.includes('news') ?? false, answer: v.answer ?? [],
    };
    for (const [name] of lists) patch[name] = String(v[name] ?? '').split(/[,，、\s]+/).filter(Boolean);
    go(patch);
    setOpen(false);
  };
  const initial = {
    ...Object.fromEntries(lists.map(([name]) => [name, at[name].join('，')])), answer: at.answer, min_counted: at.min_counted,
    from: at.from, to: at.to, flags: flags.filter(([f]) => f !== 'overdue' && at[f]).map(([f]) => f),
  };
  return (
    <Popover open={open} onOpenChange={setOpen} trigger="click" placement="bottomRight" content={open && (
      <Form layout="vertical" className="rv-more" initialValues={initial} onFinish={send}>
        <div className="pair">
          {lists.map(([name, title, hint]) => <Form.Item key={name} name={name} label={title}><Input placeholder={hint} /></Form.Item>)}
          <Form.Item name="answer" label="机构答复"><Select mode="multiple" allowClear options={choices(answers).map((c) => ({ value: c.value, label: c.text }))} /></Form.Item>
          <Form.Item name="min_counted" label="计入金额不少于（元）" rules={[{ pattern: /^\d{1,12}(\.\d{1,2})?$/, message: '如 1000.00' }]}><Input className="figures" /></Form.Item>
        </div>
        <div className="pair">
          <Form.Item name="from" label="最后费用日不早于"><DayInput /></Form.Item>
          <Form.Item name="to" label="不晚于"><DayInput /></Form.Item>
        </div>
        <Form.Item name="flags"><Checkbox.Group options={[{ value: 'gone', label: '最近一次筛查不再命中' }, { value: 'news', label: '有未处置的新版' }]} /></Form.Item>
        <Button type="primary" htmlType="submit" block>筛选</Button>
      </Form>
    )}>
      <Button icon={<FilterOutlined />}>更多条件</Button>
    </Popover>
  );
}

/** Chips are the filters that have no field of their own in the bar. */
function Chips({ at, go }: { at: Filter; go: Go<any> }) {
  const chips: [string, string, object][] = [];
  const region = useRegion();
  for (const [name, title] of [...lists, ['answer', '答复'], ['desk', '经办处']] as [Many, string][]) {
    for (const v of at[name]) chips.push([`${name}:${v}`, `${title} ${name === 'answer' ? answers[v] ?? v : name === 'region' ? region(v) : v}`, { [name]: at[name].filter((x) => x !== v) }]);
  }
  if (at.from || at.to) chips.push(['days', `最后费用日 ${at.from || '…'} 至 ${at.to || '…'}`, { from: '', to: '' }]);
  if (at.taken) chips.push(['taken', `${at.taken} 新增`, { taken: '' }]);
  if (at.moved) chips.push(['moved', `${at.moved} 进入环节`, { moved: '' }]);
  if (at.min_counted) chips.push(['min', `不少于 ${at.min_counted} 元`, { min_counted: '' }]);
  if (at.main_finding_id) chips.push(['main', `与 ${at.main_finding_id} 共享金额`, { main_finding_id: '' }]);
  for (const [name, title] of flags) if (name !== 'overdue' && at[name]) chips.push([name, title, { [name]: false }]);
  const any = chips.length > 0 || at.overdue || (['state', 'result', 'outcome', 'rule_id', 'fixmedins_code'] as const).some((n) => at[n].length > 0);
  const none = Object.fromEntries(Object.entries(at).filter(([name]) => name in clear).map(([name]) => [name, clear[name]]));
  return (
    <>
      {chips.map(([key, text, patch]) => <Tag key={key} closable className="rv-chip" onClose={(e) => { e.preventDefault(); go(patch); }}>{text}</Tag>)}
      {any && <Button type="text" onClick={() => go(none)}>清除</Button>}
    </>
  );
}

const clear: Record<string, unknown> = {
  state: [], result: [], outcome: [], answer: [], rule_id: [], fixmedins_code: [], region: [], batch: [], dept_name: [], dr_code: [], psn_no: [], mdtrt_id: [], desk: [],
  main_finding_id: '', from: '', to: '', taken: '', moved: '', min_counted: '', overdue: false, gone: false, news: false,
};
