import { useQuery } from '@tanstack/react-query';
import { Input } from 'antd';
import { api, got, type components } from '@api';
import { Code, DayInput, PlainTable, Region, To, usePage, Wrong } from '@kit';
import { oneClass, oneVersion } from './pages';
import { VersionState } from './words';

type Line = components['schemas']['VersionLine'];
type Go = ReturnType<typeof usePage<(typeof oneClass)['search']>>['go'];

/** The stored versions of a class; of a region and day, which of them judges there. */
export function Held({ rule, region, day, go }: { rule: string; region: string; day: string; go: Go }) {
  const query = useQuery({ queryKey: ['/api/rule-versions', 'of', rule], queryFn: async () => got(await api.GET('/api/rule-versions', { params: { query: { filter: [`rule_id:${rule}`], limit: 500 } } })).items ?? [] });
  if (query.isLoadingError) return <Wrong error={query.error} again={() => void query.refetch()} />;
  const there = (query.data ?? []).filter((v) => (region === '' || covers(v.region, region)) && (day === '' || (holds(v, day) && judges.includes(v.state))));
  const first = day !== '' && region !== '' ? judging(there) : undefined;
  return (
    <>
      <div className="spaced held-asked">
        <Input key={region} className="code" style={{ width: 150 }} defaultValue={region} placeholder="全部" aria-label="区划" prefix={<span className="faint">区划</span>} maxLength={6} onBlur={(e) => take(e.target.value, go)} onPressEnter={(e) => take(e.currentTarget.value, go)} />
        <DayInput style={{ width: 190 }} value={day} label="服务日" prefix="服务日" placeholder="今天" onChange={(to) => go({ day: to })} />
        {region !== '' && day !== '' && query.data && <span>{first ? <>按 <To page={oneVersion} params={{ id: first.id }}><Code>{first.label}</Code></To> 判定{first.state === 'grey' && `；灰度机构以外按其他版本`}</> : '按随程序发布的版本判定'}</span>}
      </div>
      <PlainTable<Line> label="地方版本" rows={there} loading={query.isPending} rowKey={(v) => v.id} empty="没有地方版本，按随程序发布的版本判定" columns={[
        { title: '编号', render: (_, v) => <To page={oneVersion} params={{ id: v.id }}><Code>{v.id}</Code></To> },
        { title: '版本', render: (_, v) => <Code>{v.label}</Code> },
        { title: '区划', render: (_, v) => <Region code={v.region} /> },
        { title: '适用的服务日', render: (_, v) => <span className="figures nowrap">{`${v.from} 至 ${v.to || '不限'}`}</span> },
        { title: '状态', render: (_, v) => <VersionState of={v.state} /> },
        { title: '文件', width: 260, render: (_, v) => v.document },
      ]} />
    </>
  );
}

const judges = ['grey', 'force', 'retired'];

function take(value: string, go: Go) {
  if (value === '' || /^\d{6}$/.test(value)) go({ region: value });
}

/** covers says whether a version of a region judges in another. */
const covers = (wide: string, narrow: string) => narrow.startsWith(wide.replace(/(00)+$/, ''));

const holds = (v: Line, day: string) => v.from <= day && (!v.to || day <= v.to);

/** judging is the one of several that judges: the narrower region's, the one in grey use, the later. */
function judging(all: Line[]): Line | undefined {
  const width = (v: Line) => v.region.replace(/(00)+$/, '').length;
  return [...all].sort((a, b) => width(b) - width(a) || Number(b.state === 'grey') - Number(a.state === 'grey') || b.from.localeCompare(a.from) || b.id.localeCompare(a.id))[0];
}
