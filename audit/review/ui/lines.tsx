import type { UseQueryResult } from '@tanstack/react-query';
import { Segmented } from 'antd';
import { useState } from 'react';
import type { components } from '@api';
import { Code, count, Loading, Money, money, Nothing, PlainTable, Section, Wrong } from '@kit';
import { fen, type Detail } from './words';

type Visit = components['schemas']['Visit'];

/** FeeLines are the charges of the visit, those objected to tinted. */
export function FeeLines({ detail, query }: { detail: Detail; query: UseQueryResult<Visit> }) {
  const [shown, setShown] = useState<'all' | 'marked'>('all');
  if (query.isLoadingError) return <Section title="费用明细"><Wrong error={query.error} again={() => void query.refetch()} /></Section>;
  if (query.isPending) return <Section title="费用明细"><Loading lines={4} /></Section>;
  const v = query.data;
  if (v.missing) return <Section title="费用明细"><Nothing>{v.missing}</Nothing><Named detail={detail} /></Section>;
  const lines = v.lines ?? [];
  const marked = lines.filter((l) => l.mark);
  const rows = shown === 'all' ? lines : marked;
  const sum = marked.filter((l) => l.mark === 'hit').reduce((all, l) => all + fen(l.inscp_amt), 0);
  return (
    <Section title={`费用明细　${count(lines.length)} 条`} extra={<Segmented className="no-print" size="small" aria-label="显示哪些明细" value={shown} onChange={setShown} options={[{ value: 'all', label: '本次就诊全部' }, { value: 'marked', label: `命中与佐证 ${marked.length}` }]} />}>
      <PlainTable label="费用明细" rows={rows} rowKey={(l) => l.bkkp_sn} empty="没有明细" rowClass={(l) => (l.mark === 'hit' ? 'row-hit' : l.mark === 'evidence' ? 'rv-evidence' : l.refund ? 'row-over' : '')} columns={[
        { title: '', key: 'mark', width: 54, render: (_, l) => <span className="nowrap">{l.mark === 'hit' ? <b className="rv-late">命中</b> : l.mark === 'evidence' ? '佐证' : l.refund ? '退费' : ''}</span> },
        { title: '时间', key: 'at', width: 132, render: (_, l) => <span className="figures nowrap">{l.fee_ocur_time.slice(0, 16)}</span> },
        { title: '项目', key: 'name', render: (_, l) => <span className="rv-two rv-item"><span title={l.hilist_name}>{l.hilist_name}{l.of_other_visit && <span className="faint">　另次就诊 {l.mdtrt_id}</span>}</span><Code>{l.med_list_codg}</Code></span> },
        { title: '数量×单价', key: 'cnt', align: 'right', width: 104, render: (_, l) => <span className="figures nowrap">{l.cnt} × {money(l.pric)}</span> },
        { title: '总额', key: 'total', align: 'right', width: 88, render: (_, l) => <Money yuan={l.det_item_fee_sumamt} /> },
        { title: '符合范围', key: 'inscp', align: 'right', width: 88, render: (_, l) => <Money yuan={l.inscp_amt} /> },
        { title: '科室与医师', key: 'by', width: 124, render: (_, l) => <span className="rv-two"><span>{l.bilg_dept_name}</span><Code>{l.bilg_dr_code}</Code></span> },
      ]} />
      <p className="faint rv-foot">命中明细符合范围金额合计 {money((sum / 100).toFixed(2))} 元。明细按最新接收的数据显示。</p>
    </Section>
  );
}

/** Named are the lines' numbers alone, where the records are not at hand. */
function Named({ detail }: { detail: Detail }) {
  const lines = detail.content?.lines ?? [];
  if (lines.length === 0) return null;
  return <p className="quiet">疑点明细编号：{lines.slice(0, 50).map((l) => <Code key={l}>{l}　</Code>)}{lines.length > 50 && `等 ${lines.length} 条`}</p>;
}
