import type { components } from '@api';
import { StateTag, type Tone } from '@kit';

export type Source = components['schemas']['SourceView'];
export type Row = components['schemas']['QuarantinedRow'];
export type Cell = components['schemas']['Cell'];
export type Faults = components['schemas']['Faults'];
export type Sending = components['schemas']['Sending'];

/** The national tables, in the order of reports. */
export const tables: Record<string, string> = {
  mdtrt_d: '就诊信息表', setl_d: '结算信息表', fee_list_d: '费用明细表', setl_list_diag_d: '结算清单诊断信息表', setl_list_oprn_d: '结算清单手术操作信息表',
  psn_info_b: '个人基本信息表', fixmedins_b: '定点医药机构业务信息表', dr_info_b: '医师信息表', record_d: '诊疗记录表', stock_d: '库存记录表', drug_trac_d: '药品追溯码记录表',
};

export const tableChoices = Object.entries(tables).map(([value, text]) => ({ value, text }));

export const sourceStates: Record<string, { text: string; tone: Tone }> = {
  live: { text: '在用', tone: 'good' },
  replaced: { text: '已替换', tone: 'low' },
  retired: { text: '已停用', tone: 'low' },
};

export const rowStates: Record<string, { text: string; tone: Tone }> = {
  open: { text: '待更正', tone: 'middle' },
  waiting: { text: '等待接收', tone: 'plain' },
  taken: { text: '已接收', tone: 'good' },
  failed: { text: '接收失败', tone: 'high' },
};

export const State = ({ of, state }: { of: Record<string, { text: string; tone: Tone }>; state: string }) => <StateTag tone={of[state]?.tone}>{of[state]?.text ?? state}</StateTag>;

/** RowState is where a quarantined row stands; one that was put right here waits to be sent. */
export const RowState = ({ row, changed }: { row: Row; changed: boolean }) => (changed ? <span className="intake-held">已改，未接收</span> : <State of={rowStates} state={row.state} />);
