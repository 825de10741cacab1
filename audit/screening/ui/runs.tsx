import type { ReactNode } from 'react';
import { PlusOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useMay } from '@api';
import { DataTable, listOf, PageHead, To, useGoTo, usePage, type Column } from '@kit';
import { isOver, JobProgress, JobState } from '../../../ground/job/ui/list';
import { findings } from '../../review/ui/pages';
import { run, runs as here } from './pages';
import { StartRun } from './start';
import { Amount, Sum, type RunView } from './words';

const source = listOf('/api/runs');
const columns: readonly Column<RunView>[] = [
  { key: 'job', title: '任务', kind: 'code', width: 112, sorts: true },
  { key: 'from', title: '费用期间', width: 176, sorts: true, render: (r) => <span className="figures">{r.from} 至 {r.to}</span> },
  { key: 'scope', title: '范围', render: (r) => [r.new ? '有新数据的人员' : '全部人员', r.rules?.length ? `选定 ${r.rules.length} 条规则` : '全部规则', r.take_over ? '接收办理' : ''].filter(Boolean).join('，') },
  { key: 'state', title: '状态', width: 128, choices: [['queued', '排队'], ['running', '进行中'], ['done', '完成'], ['failed', '失败'], ['cancelled', '已取消']].map(([value, text]) => ({ value: value!, text: text! })),
    render: (r) => (r.state === 'running' ? <JobProgress job={{ state: r.state, progress: r.progress, title: '筛查' }} /> : r.error && isOver(r.state) ? <span title={r.error}><JobState job={r} /> {r.error}</span> : <JobState job={r} />) },
  { key: 'violations', title: '违规', kind: 'number', width: 74, sorts: true, render: (r) => <Sum of={r.figures?.violation} /> },
  { key: 'violation_amount', title: '违规金额', kind: 'money', width: 116, sorts: true, render: (r) => <Amount of={r.figures?.violation} /> },
  { key: 'suspicions', title: '可疑', kind: 'number', width: 74, sorts: true, render: (r) => <Sum of={r.figures?.suspicion} /> },
  { key: 'suspicion_amount', title: '涉及金额', kind: 'money', width: 116, sorts: true, render: (r) => <Amount of={r.figures?.suspicion} /> },
  { key: 'created', title: '排入', kind: 'time', width: 130, sorts: true },
];

/** The screenings, the newest first; live while one is at work. */
export default function Runs(): ReactNode {
  const { at, go } = usePage(here);
  const goTo = useGoTo();
  const [starting, setStarting] = useState(false);
  const may = useMay('job.run');
  return (
    <>
      <PageHead title="筛查" about="按规则和知识库检查一段期间的全部就诊。结果接收后，疑点进入初审。">
        {may && <Button type="primary" icon={<PlusOutlined />} onClick={() => setStarting(true)}>开始筛查</Button>}
      </PageHead>
      <DataTable label="筛查" source={source} columns={columns} rowKey={(r) => r.job} at={at} go={go} searches="任务、期间、批次" onOpen={(r) => goTo(run, { params: { id: r.job } })}
        live={(rows) => (rows.some((r) => !isOver(r.state)) ? 2000 : 0)} rowClass={(r) => (r.state === 'failed' ? 'row-high' : '')} empty={<span>还没有在平台上开始的筛查，疑点可能来自<To page={findings}>命令行筛查</To></span>} />
      <StartRun open={starting} onClose={() => setStarting(false)} onStarted={(id) => goTo(run, { params: { id } })} />
    </>
  );
}
