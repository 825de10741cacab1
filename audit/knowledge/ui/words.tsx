import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { api, got } from '@api';
import { Code, StateTag, type Tone } from '@kit';

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

export const Layer = ({ of }: { of?: string }) => (of ? <Code>{of}</Code> : <span>全国</span>);

export const days = (from?: string, to?: string) => `${from || '不限'} 至 ${to || '不限'}`;

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
