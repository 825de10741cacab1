import { useQuery } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useState } from 'react';
import { api, got } from '@api';
import { Code, count, Facts, instant, Loading, Nothing, ReasonModal, Section, Side, Time, Who, Wrong } from '@kit';
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
            ['状态', <JobState job={j} />], ['次数', j.attempts > 0 ? `第 ${j.attempts} 次` : '尚未开始'], ['内容', argumentText(j.argument)], ['区划', j.region && <Code>{j.region}</Code>],
            ['排入', <Time at={j.created} seconds />], ['排入人', <Who face={j.by} id={j.asked_by} />], ['开始', <Time at={j.started} seconds />], ['结束', <Time at={j.ended} seconds />],
          ]} />
          <Section title="进度"><JobProgress job={j} /></Section>
          {j.result !== undefined && j.result !== null && <Section title="结果"><Result result={j.result} /></Section>}
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

/** What a job left, in the order in which it is read. */
const words: Record<string, string> = {
  title: '名称', run_id: '批次', from: '服务日从', to: '到', added: '新增疑点', same: '相同', changed: '重作', offered: '有新结论待答复', gone: '不再命中', complete: '已全部接收', epoch: '数据期', out: '结果文件夹',
};

/** Result is what people know of it by name; the rest is for programs. */
function Result({ result }: { result: unknown }) {
  if (typeof result !== 'object' || result === null) return <Code>{String(result)}</Code>;
  const left = result as Record<string, unknown>;
  const value = (v: unknown) => (typeof v === 'boolean' ? (v ? '是' : '否') : typeof v === 'number' ? count(v) : <Code>{String(v)}</Code>);
  return <Facts items={Object.entries(words).filter(([name]) => left[name] !== undefined && left[name] !== '').map(([name, title]) => [title, value(left[name])] as const)} />;
}
