import { PlusOutlined } from '@ant-design/icons';
import { Button, Progress } from 'antd';
import { useMemo, useState } from 'react';
import type { components } from '@api';
import { count, DataTable, listOf, PageHead, StateTag, usePage, Who, type Column, type ListState, type Page, type Tone } from '@kit';
import { JobSide } from './one';
import { StartJob } from './start';

export type Job = components['schemas']['Job'];
export type JobPath = '/api/jobs' | '/api/maintenance';

export const kindTitles: Record<string, string> = { intake: '接收提取数据', screen: '筛查', takeover: '接收筛查结果办理', backup: '备份' };

const states: Record<Job['state'], { text: string; tone: Tone }> = {
  queued: { text: '排队', tone: 'low' },
  running: { text: '进行中', tone: 'middle' },
  done: { text: '完成', tone: 'good' },
  failed: { text: '失败', tone: 'high' },
  cancelled: { text: '已取消', tone: 'low' },
};

export const JobState = ({ job }: { job: Pick<Job, 'state' | 'stopping'> }) => <StateTag tone={states[job.state].tone}>{job.stopping ? '正在停止' : states[job.state].text}</StateTag>;

export const isOver = (state: Job['state']) => state === 'done' || state === 'failed' || state === 'cancelled';

/** JobProgress is how far a job is, as far as it can tell. */
export function JobProgress({ job }: { job: Pick<Job, 'state' | 'progress' | 'title'> }) {
  const { done = 0, total = 0, unit = '', text = '' } = job.progress;
  if (job.state !== 'running') return <span className="quiet" title={text}>{text || '—'}</span>;
  return (
    <div>
      {total > 0 && <Progress percent={Math.min(100, Math.floor((done / total) * 100))} size="small" aria-label={`${job.title}的进度`} />}
      <span className="quiet figures">{text} {total > 0 ? `${count(done)} / ${count(total)} ${unit}` : done > 0 ? `${count(done)} ${unit}` : ''}</span>
    </div>
  );
}

/** argumentText is what a job was asked for, in a line. */
export function argumentText(argument: unknown): string {
  if (typeof argument !== 'object' || argument === null) return '';
  const a = argument as Record<string, unknown>;
  const list = (v: unknown) => (Array.isArray(v) ? v.join('、') : '');
  return [list(a.paths), a.from && a.to && `${String(a.from)} 至 ${String(a.to)}`, a.new === true && '只筛查新到的', list(a.rules) && `规则 ${list(a.rules)}`, a.out && `→ ${String(a.out)}`, a.folder && String(a.folder), a.take_over === true && '接收办理'].filter(Boolean).join('　');
}

/** JobList is the jobs of one kind of people, the newest first; while one is at work the list is live. */
export function JobList({ here, path, title, about, kinds }: { here: Page<any>; path: JobPath; title: string; about: string; kinds: readonly string[] }) {
  const { at, go } = usePage(here) as { at: ListState; go: ReturnType<typeof usePage>['go'] };
  const [starting, setStarting] = useState(false);
  const source = useMemo(() => listOf(path), [path]);
  const columns: readonly Column<Job>[] = [
    { key: 'id', title: '编号', kind: 'code', width: 120, sorts: true },
    { key: 'kind', title: '任务', width: 112, choices: kinds.map((k) => ({ value: k, text: kindTitles[k] ?? k })), render: (j) => j.title },
    { key: 'state', title: '状态', width: 92, choices: Object.entries(states).map(([value, s]) => ({ value, text: s.text })), render: (j) => <JobState job={j} /> },
    { key: 'argument', title: '内容', render: (j) => <span title={argumentText(j.argument)}>{argumentText(j.argument)}</span> },
    { key: 'progress', title: '进度', width: 170, render: (j) => (j.error && isOver(j.state) ? <span title={j.error}>{j.error}</span> : <JobProgress job={j} />) },
    { key: 'by', title: '排入人', width: 150, render: (j) => <Who face={j.by} id={j.asked_by} /> },
    { key: 'created', title: '排入', kind: 'time', width: 140, sorts: true },
    { key: 'ended', title: '结束', kind: 'time', width: 140, sorts: true },
  ];
  return (
    <>
      <PageHead title={title} about={about}><Button type="primary" icon={<PlusOutlined />} onClick={() => setStarting(true)}>排入任务</Button></PageHead>
      <DataTable label={title} source={source} columns={columns} rowKey={(j) => j.id} at={at} go={go} live={(rows) => (rows.some((j) => !isOver(j.state)) ? 2000 : 15_000)} empty="还没有任务" rowClass={(j) => (j.state === 'failed' ? 'row-high' : '')} />
      <JobSide path={path} id={at.open} onClose={() => go({ open: '' })} />
      <StartJob path={path} kinds={kinds} open={starting} onStarted={(id) => go({ open: id })} onClose={() => setStarting(false)} />
    </>
  );
}
