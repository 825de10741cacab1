import { DownloadOutlined } from '@ant-design/icons';
import { App, Button, Checkbox, Form, Modal, Select } from 'antd';
import { useMemo, useState } from 'react';
import { api, download, got, sentence, type components } from '@api';
import { DataTable, DayInput, PageHead, usePage, type Column, type Source } from '@kit';
import { points as here } from './pages';
import { PointSide } from './point';
import { days, Layer, nameOf, paramsText, PointCodes, RuleSelect, Standing } from './words';
import './knowledge.css';

export type Point = components['schemas']['KnowledgePoint'];

const columns: readonly Column<Point>[] = [
  { key: 'code', title: '编码', width: 190, sorts: true, render: (p) => <PointCodes of={p} /> },
  { key: 'note', title: '药品或项目', render: (p) => <span title={p.note}>{nameOf(p.note) || <span className="faint">—</span>}</span> },
  { key: 'rule_id', title: '规则', width: 180, sorts: true, render: (p) => <span title={`${p.rule_name} ${p.rule_id}`}>{p.rule_name}</span> },
  { key: 'params', title: '参数', width: 222, render: (p) => <span title={paramsText(p.params)}>{paramsText(p.params) || <span className="faint">—</span>}</span> },
  { key: 'valid', title: '适用的服务日', width: 166, render: (p) => <span className="figures">{days(p.valid_from, p.valid_to)}</span> },
  { key: 'region', title: '层级', width: 70, render: (p) => <Layer of={p.region} /> },
  { key: 'standing', title: '状态', width: 96, render: (p) => <Standing of={p.standing} /> },
];

/** The knowledge points: a quarter of a million, found by drug, item or code. */
export default function Points() {
  const { at, go } = usePage(here);
  const [template, setTemplate] = useState(false);
  const { rule, region, day, inforce, needs } = at;
  const source = useMemo<Source<Point>>(() => {
    const query = { rule: rule || undefined, region: region || undefined, day: day || undefined, in_force: inforce ? 'true' : undefined, needs: needs || undefined };
    return {
      key: ['/api/knowledge/points', query],
      exports: '/api/knowledge/points',
      query,
      async read(asked, signal) {
        const page = got(await api.GET('/api/knowledge/points', { signal, params: { query: {
          q: asked.q || undefined, cursor: asked.cursor || undefined, limit: asked.limit, sort: (asked.sort || undefined) as never, rule: rule ? [rule] : undefined, region: query.region, day: query.day, in_force: inforce || undefined, needs: (needs || undefined) as 'true' | undefined,
        } } }));
        return { items: page.items, total: page.total, next: page.next };
      },
    };
  }, [rule, region, day, inforce, needs]);
  const put = (patch: Partial<typeof at>) => go({ ...patch, cursor: '' });
  const narrowed = rule || region || day || inforce || needs;
  return (
    <>
      <PageHead title="知识点" about="规则据以判定的药品、项目、耗材、诊断及其限定。状态是所选日期（不选为今天）的状态。">
        <Button icon={<DownloadOutlined />} onClick={() => setTemplate(true)}>下载模板</Button>
      </PageHead>
      <DataTable label="知识点" source={source} columns={columns} rowKey={(p) => p.kp_id} at={at} go={go} searches="药品、项目名称或编码" empty={narrowed ? '没有符合条件的知识点' : '还没有知识点，请在“知识变更”中导入'}
        filters={(
          <>
            <RuleSelect value={rule} onChange={(value) => put({ rule: value })} width={180} />
            <Region value={region} onChange={(value) => put({ region: value })} />
            <DayInput style={{ width: 146 }} value={day} label="日期" prefix="日期" placeholder="今天" onChange={(to) => put({ day: to })} />
            <Select aria-label="参数" style={{ width: 104 }} placeholder="参数" allowClear value={needs || undefined} onChange={(value?: string) => put({ needs: value ?? '' })} options={[{ value: 'true', label: '待补参数' }, { value: 'false', label: '参数齐备' }]} />
            <Checkbox checked={inforce} onChange={(e) => put({ inforce: e.target.checked })}>只看生效</Checkbox>
          </>
        )} />
      <PointSide id={at.open} day={day} onClose={() => go({ open: '' })} />
      <Template open={template} rule={rule} onClose={() => setTemplate(false)} />
    </>
  );
}

/** Region is the layer: national, or a region's six digits. */
function Region({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const [typed, setTyped] = useState('');
  const options = [{ value: 'national', label: '全国' }, ...[...new Set([value, typed])].filter((v) => /^\d{6}$/.test(v)).map((v) => ({ value: v, label: v }))];
  return <Select aria-label="层级" style={{ width: 108 }} placeholder="层级" allowClear value={value || undefined} showSearch={{ onSearch: setTyped, filterOption: false }} notFoundContent="输入六位区划代码" onChange={(v?: string) => onChange(v ?? '')} options={options} />;
}

/** Template downloads the workbook in which a region writes points of a rule. */
function Template({ open, rule, onClose }: { open: boolean; rule: string; onClose: () => void }) {
  const { message } = App.useApp();
  const [chosen, setChosen] = useState('');
  const id = chosen || rule;
  return (
    <Modal open={open} title="下载知识点模板" okText="下载" cancelText="返回" okButtonProps={{ disabled: !id }} onCancel={onClose} width={480}
      onOk={() => void download(`/api/knowledge/templates/${id}`).then(onClose, (e: unknown) => message.error(sentence(e)))}>
      <p className="modal-about">模板是 Excel 工作簿，列随规则的参数而定，附填写说明和示例。填好后在“知识变更”中导入。</p>
      <Form layout="vertical"><Form.Item label="规则"><RuleSelect value={id} onChange={setChosen} width="100%" onlyPoints /></Form.Item></Form>
    </Modal>
  );
}
