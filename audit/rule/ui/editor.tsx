import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Input, Segmented, Select } from 'antd';
import { useDeferredValue, useEffect, useRef, useState, type ReactNode } from 'react';
import { api, got, type components } from '@api';
import { count, PageHead, Section, StateTag, usePage, Wrong } from '@kit';
import { editor as here } from './pages';
import { put, TextEditor } from './text';
import { TryOut } from './tryout';
import './rule.css';

type Words = components['schemas']['ExpressionWords'];

/** The editor of custom checks: the text, what is wrong in it and where, the words there are, and a try. */
export default function Editor(): ReactNode {
  const { at, go } = usePage(here);
  const [hits, setHits] = useState(at.hits);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const later = setTimeout(() => { if (hits !== at.hits) go({ hits }, { replace: true }); }, 400);
    return () => clearTimeout(later);
  }, [hits, at.hits, go]);
  const asked = useDeferredValue(at.hits);
  const check = useQuery({
    queryKey: ['/api/expressions/check', asked, at.over],
    enabled: asked.trim() !== '',
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => got(await api.POST('/api/expressions/check', { body: { hits: asked, over: at.over }, signal })),
  });
  const checked = asked.trim() === '' ? undefined : check.data;
  const problems = checked?.problems ?? [];
  const triggers = at.triggers.split(',').filter(Boolean);
  return (
    <>
      <PageHead title="自定义检查" about="用表达式写出一次就诊或一个人的全部就诊中应当指出的明细。写好后作为自定义规则的知识点导入，经批准生效。" />
      <div className="editor">
        <div>
          <div className="editor-over">
            <Segmented<'visit' | 'person'> aria-label="判定的范围" value={at.over} onChange={(over) => go({ over })} options={[{ value: 'visit', label: '一次就诊' }, { value: 'person', label: '一个人的全部就诊' }]} />
            <Select mode="tags" open={false} style={{ minWidth: 300, flex: 1 }} aria-label="触发编码" placeholder="触发编码（或其开头）：就诊有其中之一才判定，可不填" value={triggers} tokenSeparators={[',', '，', ' ', '、']} onChange={(all: string[]) => go({ triggers: all.join(',') }, { replace: true })} />
          </div>
          <TextEditor label="表达式" value={hits} onChange={setHits} rows={10} field={field} marks={problems} />
          <div role="status" className="editor-carets">
            {check.isError ? <Wrong error={check.error} /> : checked === undefined ? <span className="faint">例如：lines.filter(l, l.code.startsWith("3302") && l.cnt &gt; 1)</span> : checked.right ? (
              <StateTag tone="good">{`写法正确，在大的就诊中至多 ${count(checked.estimate ?? 0)} 步，上限 ${count(checked.limit)} 步`}</StateTag>
            ) : <ul className="plain-list">{problems.map((p, i) => <li key={i}><button type="button" className="link-like" onClick={() => toCaret(field.current, p.line, p.column)}>第 {p.line} 行第 {p.column} 列</button><span>{p.text}</span></li>)}</ul>}
          </div>
          <TryOut hits={hits} over={at.over} triggers={triggers} right={checked?.right === true} samples={at.samples || at.case !== ''} of={at.case} onSamples={(samples) => go({ samples, case: '' })} />
        </div>
        <Dictionary over={at.over} q={at.words} onSearch={(words) => go({ words }, { replace: true })} onTake={(word) => field.current && put(field.current, word, setHits)} />
      </div>
    </>
  );
}

/** toCaret brings the caret to a place: lines and columns from 1, in characters. */
function toCaret(area: HTMLTextAreaElement | null, line: number, column: number) {
  if (!area) return;
  const lines = area.value.split('\n');
  const before = lines.slice(0, line - 1).reduce((sum, l) => sum + l.length + 1, 0);
  const within = [...(lines[line - 1] ?? '')].slice(0, column - 1).join('').length;
  area.focus();
  area.setSelectionRange(before + within, before + within + 1);
}

const variables: Record<string, string> = { lines: '费用明细', records: '病案首页', settlements: '结算', visit: '这次就诊', visits: '此人的历次就诊', person: '此人', stays: '住院' };

/** Dictionary is all that an expression can ask and do; a word is put in where the caret is. */
function Dictionary({ over, q, onSearch, onTake }: { over: string; q: string; onSearch: (q: string) => void; onTake: (word: string) => void }) {
  const query = useQuery({ queryKey: ['/api/expressions/words'], staleTime: Infinity, queryFn: async () => got(await api.GET('/api/expressions/words')) });
  if (query.isLoadingError) return <Wrong error={query.error} />;
  const w: Words | undefined = query.data;
  const fits = (...texts: string[]) => q === '' || texts.some((t) => t.toLowerCase().includes(q.toLowerCase()));
  const groups = [...new Set((w?.functions ?? []).map((f) => f.group))];
  return (
    <div className="sheet editor-words" tabIndex={0} role="region" aria-label="可用的字段和函数">
      <Section title="可用的字段和函数">
        <Input allowClear placeholder="按名称、含义查找" aria-label="查找字段和函数" value={q} onChange={(e) => onSearch(e.target.value)} />
        <Words title="变量" words={((over === 'person' ? w?.variables_person : w?.variables) ?? []).filter((v) => fits(v)).map((v) => ({ name: v, take: v, means: variables[v] }))} onTake={onTake} />
        {(w?.kinds ?? []).map((k) => <Words key={k.name} title={`${k.name}的字段`} words={(k.fields ?? []).filter((f) => fits(f.name, f.means)).map((f) => ({ name: f.name, take: f.name, type: f.type, means: f.means, missing: f.missing }))} onTake={onTake} />)}
        {groups.map((g) => <Words key={g} title={g} words={(w?.functions ?? []).filter((f) => f.group === g && fits(f.use, f.means)).map((f) => ({ name: f.use, take: f.use, means: f.means }))} onTake={onTake} />)}
      </Section>
    </div>
  );
}

interface Word { name: string; take: string; type?: string; means?: string; missing?: string }

function Words({ title, words, onTake }: { title: string; words: Word[]; onTake: (word: string) => void }) {
  if (words.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul>
        {words.map((w) => (
          <li key={w.name}>
            <button type="button" title={w.missing ? `${w.missing}时不判定` : undefined} onClick={() => onTake(w.take)}>
              <span><span className="code">{w.name}</span>{w.type && <span className="code faint"> {w.type}</span>}</span>
              {w.means && <small>{w.means}</small>}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
