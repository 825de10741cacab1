import type { components } from '@api';
import type { Choice, Tone } from '@kit';

export type Line = components['schemas']['Detail']['finding'];
export type Detail = components['schemas']['Detail'];
export type Option = components['schemas']['Option'];
export type Content = NonNullable<Detail['content']>;
export type Sum = components['schemas']['Sum'];

/** The steps of the chain, in their order. */
export const states: Record<string, string> = {
  first: '初审', verify_first: '调查核实（初审）', appeal: '申诉', second: '复审', verify_second: '调查核实（复审）', petition: '申请合议',
  panel: '合议', final: '终审', handling: '处理', closed: '已处理', dismissed: '已排除',
};
export const results: Record<string, string> = { violation: '违规', suspicion: '可疑' };
export const outcomes: Record<string, string> = { none: '未定', upheld: '维持', partly: '部分维持', dismissed: '排除' };
export const answers: Record<string, string> = { none: '未答复', appealed: '申诉', accepted: '认可', silent: '逾期未答复' };
export const severities: Record<number, string> = { 1: '明确违规', 2: '高度可疑', 3: '轻度可疑' };
export const ways: Record<string, string> = { '1': '按项目', '2': '按单病种', '3': '按病种分值', '4': '按疾病诊断相关分组', '5': '按床日', '6': '按人头', '9': '其他' };

export const choices = (words: Record<string, string>): Choice[] => Object.entries(words).map(([value, text]) => ({ value, text }));

/** The five kinds of money of which a finding's counted amount is the sum. */
export const kinds = [
  ['stake', '待定'], ['accepted', '已认可待收'], ['deducted', '已扣减'], ['recovered', '已追回'], ['dropped', '不予认定'],
] as const;

/** Money of the API is text in yuan; sums are made in fen. */
export const fen = (yuan: string | undefined) => Math.round(Number(yuan || '0') * 100);

export function toneOf(f: { state: string; overdue?: boolean; ended?: boolean }): Tone {
  return f.overdue ? 'high' : f.state === 'closed' ? 'good' : f.state === 'dismissed' ? 'low' : 'middle';
}

/** The columns of a finding's content, for the differences of an offered revision. */
export const fields: Record<string, string> = {
  rule_name: '规则名称', rule_version: '规则版本', kp_id: '知识点', result: '性质', severity: '严重程度', fixmedins_name: '机构名称', setl_id: '结算编号', clr_way: '支付方式',
  lines: '疑点明细', evidence_lines: '佐证明细', first_day: '首日', last_day: '末日', codes: '编码', amount: '计入金额', own_amount: '疑点金额', fund_amount: '估算基金',
  acct_amount: '估算个人账户', main_finding_id: '主疑点', explanation: '说明', basis: '依据', legal_article: '法律条款', dept_name: '科室', dr_code: '医师', evidence_orgs: '佐证所属机构', others: '其他机构信息',
};

/** size is a length in bytes as 12.3 MB. */
export const size = (n: number) => (n >= 1 << 20 ? `${(n / (1 << 20)).toFixed(1)} MB` : n >= 1024 ? `${Math.round(n / 1024)} KB` : `${n} B`);

/** The moves that answer an offered revision. */
export const ofOffers = ['adopt', 'adopt_again', 'set_aside'];
