import { RiskTag, StateTag, type Tone } from '@kit';

/** The programs of rule classes, as people call them. */
export const programs: Record<string, string> = {
  attribute: '属性限定', never: '不得收费', conflict: '互斥', quantity: '数量', duration: '天数', same_class: '同类重复', discount: '折价', price: '价格',
  consistency: '信息一致', integrity: '信息完整', sequence: '就诊序列', indication: '适应症', amount: '金额', split: '拆分', companion: '伴随', precedence: '先后',
  benefit: '待遇', periop: '围手术期', ratio: '比值', share: '占比', stock: '进销存', trace: '追溯码', expression: '自定义',
};

export const tiers: Record<string, string[]> = {
  政策类: ['药品政策限定类', '医疗服务项目政策限定类', '医用耗材政策限定类'],
  管理类: ['信息数据监管类', '药品监管类', '医用耗材监管类', '行为主体监管类', '统计指标监测类'],
  医疗类: ['药品合理使用类', '医疗服务项目合理使用类', '医用耗材合理使用类'],
};

export const results: Record<string, string> = { violation: '违规', suspicion: '可疑' };

export const scenes: Record<string, string> = { IP: '住院', OP: '门诊', PHARM: '药店', REMOTE: '异地', INTERNET: '互联网', ORG: '机构' };

export const objects: Record<string, string> = { drug: '药品', piece: '中药饮片', granule: '配方颗粒', item: '医疗服务项目', consumable: '医用耗材' };

/** The kinds of cases. */
export const kinds: Record<string, string> = {
  hit: '命中', clean: '不命中', boundary: '边界', refund: '退费', self_paid: '自费', unknown: '信息不详', validity: '有效期', region: '区划', exception: '例外', semantics: '语义',
};

/** The types of parameters. */
export const types: Record<string, string> = {
  text: '文本', number: '数（至多四位小数）', whole: '整数', truth: '是或否', texts: '多个文本', caps: '按机构级别的价格（分）', lists: '编码对应的列表', alternatives: '几组条件',
};

/** How sure an article is. */
export const certainties: Record<string, string> = { V: '已核对原文', V2: '据二手资料', M: '未核对原文', D: '平台默认' };

/** certain says whether a value or an article was read in an official text. */
export const certain = (mark: string) => mark === 'V';

export const statuses: Record<string, string> = {
  executable: '可执行', indicator: '指标', needs_knowledge: '缺知识点', table_missing: '缺数据表', not_run: '未运行', gap: '缺数据',
};

export const states: Record<string, string> = { draft: '草稿', review: '审核', trial: '试运行', grey: '灰度', force: '生效', retired: '停用', dropped: '作废' };

const stateTones: Record<string, Tone> = { draft: 'plain', review: 'middle', trial: 'middle', grey: 'middle', force: 'good', retired: 'low', dropped: 'low' };
const statusTones: Record<string, Tone> = { executable: 'good', indicator: 'good', needs_knowledge: 'middle', table_missing: 'middle', not_run: 'low', gap: 'low' };

export const choices = (words: Record<string, string>) => Object.entries(words).map(([value, text]) => ({ value, text }));

export const Result = ({ of }: { of: string }) => <RiskTag level={of === 'violation' ? 'high' : 'middle'}>{results[of] ?? of}</RiskTag>;

export const VersionState = ({ of }: { of: string }) => <StateTag tone={stateTones[of]}>{states[of] ?? of}</StateTag>;

export const Status = ({ of, why }: { of: string; why?: string }) => <span title={why}><StateTag tone={statusTones[of]}>{statuses[of] ?? of}</StateTag></span>;

/** percent writes a share in millionths. */
export const percent = (millionths: number) => (millionths < 0 ? '不详' : `${(millionths / 10_000).toFixed(1)}%`);
