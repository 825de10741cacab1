import { useQuery } from '@tanstack/react-query';
import { api, got } from '@api';
import { Code, Facts, Loading, Nothing, PlainTable, Region, Section, Side, Time, Who, Wrong } from '@kit';
import { Verify } from './verify';
import { actTitle, kindTitles } from './words';

/** EntrySide is one entry, with the proof that it stands in the journal. */
export function EntrySide({ n, onClose }: { n: string; onClose: () => void }) {
  const query = useQuery({
    queryKey: ['/api/journal', 'one', n],
    enabled: /^\d+$/.test(n),
    staleTime: Infinity, // an entry does not change, and reading it is an act
    queryFn: async () => got(await api.GET('/api/journal/{n}', { params: { path: { n: Number(n) } } })),
  });
  const e = query.data;
  return (
    <Side open={n !== ''} title={`操作日志第 ${n} 条`} width={680} onClose={onClose}>
      {query.isLoadingError ? <Wrong error={query.error} /> : query.isPending ? <Loading /> : !e ? <Nothing /> : (
        <>
          <Facts items={[
            ['时间', <Time at={e.at} seconds />], ['操作人', <><Who face={e.by} id={e.actor} /> <Code copy>{e.actor}</Code></>],
            ['操作', <span title={e.act}>{actTitle(e.act, e.kind)}</span>], ['对象', e.kind && <>{kindTitles[e.kind] ?? e.kind} <Code copy>{e.id}</Code></>],
            ['机构', e.org && <Code>{e.org}</Code>], ['区划', e.region && <Region code={e.region} coded />], ['理由', e.reason],
          ]} />
          {(e.rows ?? []).length > 0 && (
            <Section title="写入的记录">
              <PlainTable label="写入的记录" rows={e.rows ?? []} rowKey={(r) => `${r.kind} ${r.id}`} columns={[
                { title: '类别', width: 100, render: (_, r) => kindTitles[r.kind] ?? r.kind },
                { title: '编号', width: 120, render: (_, r) => <Code>{r.id}</Code> },
                { title: '内容的哈希', render: (_, r) => (r.hash ? <Code>{r.hash}</Code> : '已删除') },
              ]} />
            </Section>
          )}
          <Verify n={Number(n)} shown={e} />
        </>
      )}
    </Side>
  );
}
