import { useQuery } from '@tanstack/react-query';
import { api, got, type components } from '@api';
import { Code, Evidence, Facts, instant, Loading, Nothing, PlainTable, Section, Side, To, who, Wrong } from '@kit';
import { oneClass } from '../../rule/ui/pages';
import { oneChange, points } from './pages';
import { days, everyLine, fields, Layer, made, Standing } from './words';

type Version = components['schemas']['PointVersion'];

/** One point with what it says, and every version of it that held. */
export function PointSide({ id, day, onClose }: { id: string; day: string; onClose: () => void }) {
  const query = useQuery({ queryKey: ['/api/knowledge/point', id, day], enabled: id !== '', queryFn: async () => got(await api.GET('/api/knowledge/point', { params: { query: { kp_id: id, day: day || undefined } } })) });
  const h = query.data;
  const p = h?.point ?? h?.versions[0];
  return (
    <Side open={id !== ''} title={p ? <>知识点 <Code>{p.code || p.kp_id}</Code></> : '知识点'} width={680} onClose={onClose}>
      {query.isLoadingError ? <Wrong error={query.error} again={() => void query.refetch()} /> : query.isPending ? <Loading /> : !h || !p ? <Nothing>没有这个知识点</Nothing> : (
        <>
          <Facts items={[
            ['编号', <Code copy>{p.kp_id}</Code>], ['状态', h.point ? <Standing of={h.point.standing} /> : '已撤除'],
            ['编码', p.every_line ? everyLine : <Code copy>{p.code}</Code>], ['第二编码', <Code copy>{p.other_code}</Code>],
            ['规则', <To page={oneClass} params={{ id: p.rule_id }}>{h.point?.rule_name ?? p.rule_id}</To>], ['层级', <Layer of={p.region} />],
            ['适用的服务日', <span className="figures">{days(p.valid_from, p.valid_to)}</span>], ['接替', p.supersedes && <To page={points} at={{ open: p.supersedes }}><Code>{p.supersedes}</Code></To>],
          ]} />
          {(h.point?.missing ?? []).length > 0 && <p className="quiet">缺少参数 <Code>{h.point!.missing!.join('、')}</Code>，补齐前不判定。</p>}
          <Section title="参数"><Params text={p.params} meanings={h.meanings} /></Section>
          <Section title="依据"><p>{p.basis || <span className="faint">没有写明</span>}</p></Section>
          {p.note && <Section title="备注"><p>{p.note}</p></Section>}
          {h.superseded_by.length > 0 && <Section title="被接替"><p>{h.superseded_by.map((v) => <To key={v.kp_id} page={points} at={{ open: v.kp_id }}><Code>{v.kp_id}</Code></To>)}</p></Section>}
          <Section title="历次版本"><History versions={h.versions} /></Section>
        </>
      )}
    </Side>
  );
}

/** Params are a point's parameters with what they mean. */
export function Params({ text, meanings }: { text?: string; meanings: Record<string, string> }) {
  let all: [string, unknown][] = [];
  try { all = Object.entries(JSON.parse(text || '{}') as object); } catch { return <Code>{text}</Code>; }
  return (
    <PlainTable<[string, unknown]> label="参数" rows={all} rowKey={(r) => r[0]} empty="没有参数" columns={[
      { title: '含义', width: 260, render: (_, [name]) => meanings[name] ?? name }, { title: '参数', render: (_, [name]) => <Code>{name}</Code> },
      { title: '值', width: 220, render: (_, [, value]) => <Code>{typeof value === 'string' ? value : JSON.stringify(value)}</Code> },
    ]} />
  );
}

function History({ versions }: { versions: readonly Version[] }) {
  return (
    <Evidence label="历次版本" events={versions.map((v, i) => {
      const before = versions[i + 1];
      const altered = before ? Object.keys(fields).filter((f) => (v as never)[f] !== (before as never)[f]) : [];
      return {
        key: String(v.since), at: v.edition.at, title: `${made[v.made] ?? v.made}，第 ${v.since} 版${v.until ? `（至第 ${v.until} 版）` : ''}`,
        said: [v.reason, v.document].filter(Boolean).join('，') || `由${who(v.edition.by_face)}于 ${instant(v.edition.at)} 生效`,
        body: <>
          {altered.map((f) => <div key={f} className="altered"><span className="faint">{fields[f]}</span> <del>{String((before as never)[f] ?? '') || '空'}</del> <ins>{String((v as never)[f] ?? '') || '空'}</ins></div>)}
          {v.edition.change ? <To page={oneChange} params={{ id: String(v.edition.change) }}>第 {v.edition.change} 次变更</To> : null}
        </>,
      };
    })} />
  );
}
