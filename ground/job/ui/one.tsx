import { useQuery } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useState } from 'react';
import { api, got } from '@api';
import { Code, count, Facts, instant, Loading, Nothing, ReasonModal, Region, Section, Side, Time, To, Who, Wrong } from '@kit';
import { run } from '../../../audit/screening/ui/pages';
import { argumentText, isOver, JobProgress, JobState, type JobPath } from './list';

/** JobSide is a job with its progress and log, live while it is at work. */
export function JobSide({ path, id, onClose }: { path: JobPath; id: string; onClose: () => void }) {
  const [asking, setAsking] = useState<'cancel' | 'retry'>();
  const query = useQuery({
    queryKey: [path, 'one', id],
    enabled: id !== '',
    queryFn: async ({ signal }) => got(await api.GET(`${path}/{id}`, { params: { path: { id } }, signal })),
    refetchInterval: (q) => (q.state.data && !isOver(q.state.data.state) ? 1500 : false),
  });
  const j = query.data;
  const acts = j && (
    <span className="spaced">
      {!isOver(j.state) && !j.stopping && <Button danger onClick={() => setAsking('cancel')}>取消任务</Button>}
      {(j.state === 'failed' || j.state === 'cancelled') && <Button onClick={() => setAsking('retry')}>重做</Button>}
    </span>
  );
  return (
    <Side open={id !== ''} title={j ? `${j.title} ${j.id}` : '任务'} width={680} onClose={onClose} acts={acts}>
      {query.isLoadingError ? <Wrong error={query.error} again={() => void query.refetch()} /> : query.isPending ? <Loading /> : !j ? <Nothing /> : (
        <>
          {j.error && <Alert className="modal-error" type={j.state === 'failed' ? 'error' : 'warning'} showIcon title={j.error} />}
          <Facts items={[
            ['状态', <JobState job={j} />], ['次数', j.attempts > 0 ? `第 ${j.attempts} 次` : '尚未开始'], ['内容', argumentText(j.argument)], ['区划', j.region && <Region code={j.region} coded />],
            ['排入', <Time at={j.created} seconds />], ['排入人', <Who face={j.by} id={j.asked_by} />], ['开始', <Time at={j.started} seconds />], ['结束', <Time at={j.ended} seconds />],
          ]} />
          <Section title="进度"><JobProgress job={j} /></Section>
          {j.result !== undefined && j.result !== null && <Section title="结果"><Result result={j.result} />{j.kind === 'screen' && <p><To page={run} params={{ id: j.id }}>查看筛查结果</To></p>}</Section>}
          <Section title="日志">
            {(j.lines ?? []).length === 0 ? <Nothing>没有日志</Nothing> : (
              <div className="log" tabIndex={0} role="log" aria-label="日志">{(j.lines ?? []).map((l) => <div key={l.n}><time>{instant(l.at, true).slice(11)}</time>{l.text}</div>)}</div>
            )}
          </Section>
          <ReasonModal open={asking === 'cancel'} danger title={`取消 ${j.title} ${j.id}`} okText="取消任务" onClose={() => setAsking(undefined)}
            onSend={(reason) => api.POST(`${path}/{id}/cancel`, { params: { path: { id } }, body: { reason } })} />
          <ReasonModal open={asking === 'retry'} title={`重做 ${j.title} ${j.id}`} okText="重做" about="重新排入，次数从头计。" onClose={() => setAsking(undefined)}
            onSend={(reason) => api.POST(`${path}/{id}/retry`, { params: { path: { id } }, body: { reason } })} />
        </>
      )}
    </Side>
  );
}

/** What the results of jobs hold, in the order in which it is shown; what has no word is left out. */
const words: Record<string, string> = {
  title: '标题', from: '费用日期自', to: '费用日期至', added: '新增疑点', same: '相同疑点', changed: '重作疑点', gone: '不再命中', offered: '有新内容待处理', complete: '接收', region: '区划', run_id: '批次',
  taken_at: '接收时间', epoch: '数据期', out: '写到', tryout: '试运行编号', state: '状态', rules: '运行的规则', snapshot_id: '数据快照', knowledge_hash: '知识库', rule_set_hash: '规则集',
};
const knowledgeStates: Record<string, string> = { reading: '正在读取', staged: '待决定', in_force: '已生效', refused: '已否决', failed: '读取失败' };

function Result({ result }: { result: unknown }) {
  if (typeof result !== 'object' || result === null) return <Code>{String(result)}</Code>;
  const has = result as Record<string, unknown>;
  return <Facts items={Object.keys(words).filter((name) => has[name] !== undefined && has[name] !== '').map((name) => [words[name]!, <ResultValue key={name} name={name} value={has[name]} />] as const)} />;
}

function ResultValue({ name, value }: { name: string; value: unknown }) {
  if (name === 'complete') return value === true ? '已完成' : '没有完成';
  if (name === 'taken_at') return <Time at={String(value)} seconds />;
  if (name === 'epoch') return `第 ${String(value)} 期`;
  if (name === 'state') return knowledgeStates[String(value)] ?? String(value);
  if (name === 'rules') return String(value).split(',').join('、');
  if (typeof value === 'number') return count(value);
  return name === 'title' || name === 'from' || name === 'to' ? String(value) : <Code copy>{String(value)}</Code>;
}
