import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { api, got } from '@api';
import { Code, Region, StateTag, type Tone } from '@kit';
import { insurances, medTypes, sexes } from '../../../facts/claim/ui/codes';

/** The fields of a point, by the names of the exchange format. */
export const fields: Record<string, string> = {
  kp_id: '编号', rule_id: '规则', code: '编码', other_code: '第二编码', params: '参数', valid_from: '开始日期', valid_to: '截止日期', supersedes: '接替', region: '区划', basis: '依据', note: '备注',
};

/** The columns of an exclusion list, by the names that a change tells them by. */
export const exclusionFields: Record<string, string> = {
  ex_id: '编号', kind: '种类', rule_ids: '规则', psn_no: '人员编号', mdtrt_id: '就诊编号', fixmedins_code: '医药机构编号', med_types: '医疗类别', dx_any: '诊断编码', codes_any: '明细编码', region: '区划', valid_from: '开始日期', valid_to: '截止日期', reason: '理由',
};

/** What a change makes of an exclusion. */
export const exclusionMade: Record<string, string> = { new: '新增', changed: '更改', gone: '撤销' };

/** What a change makes of a point. */
export const made: Record<string, string> = { new: '新增', changed: '更改', gone: '终止', removed: '撤除', again: '恢复' };

export const standings: Record<string, string> = { in_force: '生效', needs_parameters: '待补参数', superseded: '已接替', outside: '不在期内' };

const standingTones: Record<string, Tone> = { in_force: 'good', needs_parameters: 'middle', superseded: 'low', outside: 'low' };
const changeTones: Record<string, Tone> = { reading: 'middle', staged: 'middle', in_force: 'good', refused: 'low', failed: 'high' };

export const changeStates: Record<string, string> = { reading: '正在读取', staged: '待决定', in_force: '已生效', refused: '已否决', failed: '读取失败' };

export const changeKinds: Record<string, string> = { import: '导入', take_back: '撤回', exclusions: '例外导入', exclusions_withdraw: '例外撤销' };

/** ofExclusions says that a change is one of the exclusion list. */
export const ofExclusions = (c: { kind: string }) => c.kind === 'exclusions' || c.kind === 'exclusions_withdraw';

export const Standing = ({ of }: { of: string }) => <StateTag tone={standingTones[of]}>{standings[of] ?? of}</StateTag>;

export const ChangeState = ({ of, stale }: { of: string; stale?: boolean }) => (stale ? <StateTag tone="high">已过时</StateTag> : <StateTag tone={changeTones[of]}>{changeStates[of] ?? of}</StateTag>);

export const Layer = ({ of }: { of?: string }) => (of ? <Region code={of} /> : <span>全国</span>);

export const days = (from?: string, to?: string) => `${from || '不限'} 至 ${to || '不限'}`;

/** What is said of a point without a code that is about every line of its rule. */
export const everyLine = '对本规则全部明细';

/** The codes that a point is about. */
export const PointCodes = ({ of }: { of: { code?: string; other_code?: string; every_line?: boolean } }) => <span className="two">{of.every_line ? <strong title="没有编码，本规则所辖的每一条明细都判">{everyLine}</strong> : <Code>{of.code}</Code>}{of.other_code && <Code>{of.other_code}</Code>}</span>;

/** The name of a drug or item, as a point's note begins with it. */
export const nameOf = (note?: string) => (note ?? '').split('；')[0] ?? '';

/** useClasses are the rule classes, by id. */
export function useClasses() {
  return useQuery({ queryKey: ['/api/rules/classes', 'all'], staleTime: 60_000, queryFn: async () => got(await api.GET('/api/rules/classes', { params: { query: { limit: 500 } } })).items ?? [] }).data ?? [];
}

/** RuleSelect chooses a rule class. */
export function RuleSelect({ value, onChange, width = 260, placeholder = '规则', onlyPoints }: { value?: string; onChange?: (id: string) => void; width?: number | string; placeholder?: string; onlyPoints?: boolean }) {
  const all = useClasses().filter((c) => !onlyPoints || c.needs_point);
  return <Select aria-label="规则" style={{ width }} placeholder={placeholder} value={value || undefined} allowClear onChange={(id?: string) => onChange?.(id ?? '')} showSearch={{ optionFilterProp: 'label' }} popupMatchSelectWidth={340} options={all.map((c) => ({ value: c.id, label: `${c.name} ${c.id}` }))} />;
}

/** RuleNames are rules by their names; what no catalogue here has, by its id. */
export function RuleNames({ ids }: { ids: readonly string[] }) {
  const names = new Map(useClasses().map((c) => [c.id, c.name]));
  return <>{ids.map((id) => names.get(id) ?? id).join('、')}</>;
}

/** What parameters of points are called where there is little room; their meaning stands beside the point. */
const params: Record<string, string> = {
  age_max_days: '日龄不大于', age_max_years: '年龄不大于', age_min_days: '日龄不小于', age_min_years: '年龄不小于', any_of: '满足其一', benefit: '病种待遇', class: '药品分类', classes: '可用分类', count: '计', days: '天数', default: '系统默认阈值',
  depts: '科室', dr_grade_min: '医师职称不低于', dx_any: '诊断须有', dx_none: '诊断不得有', exclude_dx: '除外诊断', exclude_med_types: '除外医疗类别', first_any: '一线药品', free_qty: '已含数量', group: '组', insutypes: '险种', interval_days: '间隔天数',
  level_min: '机构级别不低于', limit: '上限', lookback_days: '回看天数', max: '至多', max_days: '至多天数', max_fen: '年度上限（分）', max_hours: '至多小时数', max_kinds: '至多种数', max_price_fen: '最高单价（分）', med_types: '医疗类别', min: '至少',
  mode: '支付', needs_any: '须有项目', needs_parameters: '待补参数', not_internet: '互联网医院不支付', parts: '组成项目', percentile: '百分位', period: '期间', ratio: '比例', result: '结论', severity: '严重程度', sex: '性别', tolerance: '允许差异', triggers: '触发编码', window: '时间窗',
};
const values: Record<string, Record<string, string>> = {
  window: { visit: '单次就诊', rolling: '连续期间', day: '单日', '6h': '6 小时', hour: '同一小时', rx: '同一处方', operation: '一台手术', month: '自然月', year: '自然年' }, period: { month: '自然月', quarter: '季度', year: '自然年' },
  sex: sexes, insutypes: insurances, med_types: medTypes, exclude_med_types: medTypes, result: { violation: '违规', suspicion: '可疑' }, count: { qty: '数量', times: '次数', kinds: '种数' }, mode: { any: '一律不支付', alone: '单独使用不支付' },
  level_min: { 1: '一级', 2: '二级', 3: '三级' }, max_price_fen: { 1: '一级', 2: '二级', 3: '三级' },
};

/** said is a value of a parameter without the marks of its exchange format. */
function said(name: string, value: unknown): string {
  if (Array.isArray(value)) return value.map((v) => said(name, v)).join(typeof value[0] === 'object' ? '，或' : '、');
  if (value && typeof value === 'object') return Object.entries(value).map(([k, v]) => `${values[name]?.[k] ?? params[k] ?? k} ${said(k, v)}`).join('，');
  if (typeof value === 'boolean') return value ? '是' : '否';
  return values[name]?.[String(value)] ?? String(value);
}

/** paramsText is the parameters of a point in a line. */
export function paramsText(text?: string): string {
  if (!text) return '';
  try {
    return Object.entries(JSON.parse(text) as Record<string, unknown>).map(([name, value]) => `${params[name] ?? name} ${said(name, value)}`).join('；');
  } catch {
    return text;
  }
}
