import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Form, Input, Tabs } from 'antd';
import { useEffect, useState, type ReactNode } from 'react';
import { api, got, sentence, useMe } from '@api';
import { Code, DayInput, Loading, Nothing, PageHead, useGoTo, usePage, Wrong } from '@kit';
import { DefinitionForm, read } from './definition';
import { draft as here, oneVersion } from './pages';
import { TextEditor, type Mark } from './text';
import './rule.css';

interface Head { region: string; from: string; to?: string; document: string; reason: string }

/** A version of a region being written: the parameters as a form, and the same text as it is kept. */
export default function Draft(): ReactNode {
  const { at } = usePage(here);
  const query = useQuery({
    queryKey: ['draft', at.rule, at.version],
    enabled: at.rule !== '' || at.version !== '',
    staleTime: Infinity,
    refetchOnMount: 'always',
    queryFn: async () => {
      if (at.version === '') {
        const text = got(await api.GET('/api/rules/classes/{id}/text', { params: { path: { id: at.rule } } }));
        return { definition: raised(text.definition), cases: firstCases(text.cases), head: undefined, state: 'draft', label: '' };
      }
      const v = got(await api.GET('/api/rule-versions/{id}', { params: { path: { id: at.version } } }));
      return { definition: v.definition, cases: v.cases, head: { region: v.region, from: v.from, to: v.to, document: v.document, reason: '' }, state: v.state, label: v.label };
    },
  });
  if (at.rule === '' && at.version === '') return <Nothing>请从规则目录中的一条规则起草</Nothing>;
  if (query.isLoadingError) return <Wrong error={query.error} again={() => void query.refetch()} />;
  if (query.isPending) return <Loading />;
  if (query.data.state !== 'draft') return <Nothing>这个版本不是草稿，不能修改</Nothing>;
  return <Writing key={at.rule + at.version} {...query.data} />;
}

function Writing(start: { definition: string; cases: string; head?: Head; label: string }) {
  const region = useMe().place?.region ?? '';
  const { at, go } = usePage(here);
  const goTo = useGoTo();
  const [form] = Form.useForm<Head>();
  const [definition, setDefinition] = useState(start.definition);
  const [cases, setCases] = useState(start.cases);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const changed = definition !== start.definition || cases !== start.cases;
  useEffect(() => {
    if (!changed) return;
    const keep = (e: BeforeUnloadEvent) => e.preventDefault();
    window.addEventListener('beforeunload', keep);
    return () => window.removeEventListener('beforeunload', keep);
  }, [changed]);
  const rule = read(definition);
  const said = error ? sentence(error) : '';
  const marks = markOf(said);
  const send = async (head: Head) => {
    setBusy(true);
    setError(undefined);
    try {
      const body = { ...head, to: head.to || undefined, definition, cases };
      const v = got(at.version ? await api.PUT('/api/rule-versions/{id}', { params: { path: { id: at.version } }, body }) : await api.POST('/api/rule-versions', { body }));
      goTo(oneVersion, { params: { id: v.id } });
    } catch (e) {
      setError(e);
      const of = /cases\.yaml|案例/.test(sentence(e)) ? 'cases' : /第 \d+ 行/.test(sentence(e)) ? 'definition' : undefined;
      if (of) go({ tab: of }, { replace: true });
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <PageHead thing={rule.name} title={<span className="spaced">{at.version ? '修改规则版本' : '起草规则版本'}<span>{rule.name}</span><Code>{rule.id || at.rule}</Code></span>} about="国家规则的逻辑已锁定：地方可以调整参数、结论、环节、依据和知识点，或停用。">
        <Button type="primary" loading={busy} onClick={() => form.submit()}>保存草稿</Button>
      </PageHead>
      {said && <Alert className="notice" type="error" showIcon title={said} />}
      <div className="draft">
        <div className="sheet">
          <Form<Head> form={form} layout="vertical" requiredMark={false} initialValues={start.head ?? { region }} onFinish={(head) => void send(head)}>
            <Form.Item name="region" label="区划" rules={[{ required: true, pattern: /^\d{4}00$/, message: '省（如 330000）或市（如 330400）的区划代码' }]}><Input className="code" maxLength={6} disabled={at.version !== ''} /></Form.Item>
            <Form.Item name="from" label="首个服务日" rules={[{ required: true, message: '请选择首个适用的服务日' }]}><DayInput /></Form.Item>
            <Form.Item name="to" label="最后服务日（选填，不填为不限）"><DayInput /></Form.Item>
            <Form.Item name="document" label="依据的文件和文号" rules={[{ required: true, min: 2, message: '请写明文件和文号' }]}><Input maxLength={200} /></Form.Item>
            <Form.Item name="reason" label="理由" rules={[{ required: true, min: 2, message: '请写明理由' }]} extra="记入操作日志"><Input.TextArea rows={3} maxLength={200} showCount /></Form.Item>
          </Form>
        </div>
        <div className="sheet">
          <Tabs activeKey={at.tab} onChange={(tab) => go({ tab: tab as typeof at.tab }, { replace: true })} items={[
            { key: 'form', label: '表单', children: <DefinitionForm text={definition} onChange={setDefinition} onResult={(before, after) => setCases((all) => all.replaceAll(`result: ${before}`, `result: ${after}`))} /> },
            { key: 'definition', label: '定义（YAML）', children: <TextEditor label="定义" value={definition} onChange={setDefinition} marks={/cases\.yaml/.test(said) ? [] : marks} rows={26} /> },
            { key: 'cases', label: '案例（YAML）', children: <><p className="quiet">至少一个命中（<Code>hit</Code>）和一个不命中（<Code>clean</Code>）的案例。起草时带入规则类的每种案例各一个。</p><TextEditor label="案例" value={cases} onChange={setCases} marks={/cases\.yaml/.test(said) ? marks : []} rows={26} /></> },
          ]} />
        </div>
      </div>
    </>
  );
}

/** markOf is the place that a refusal names: “第 12 行”. */
function markOf(said: string): Mark[] {
  const line = /第 (\d+) 行/.exec(said)?.[1];
  return line ? [{ line: Number(line), column: 1, text: said }] : [];
}

/** raised is the definition with the next version's number, as a region's own version needs one. */
const raised = (text: string) => text.replace(/^version: (\d+)\.(\d+)\.\d+$/m, (_, a: string, b: string) => `version: ${a}.${Number(b) + 1}.0`);

/** firstCases takes the first case of each kind. */
function firstCases(text: string): string {
  const seen = new Set<string>();
  return text.split(/^(?=- )/m).filter((part) => {
    const kind = /^ {2}kind: (\w+)/m.exec(part)?.[1];
    if (!part.startsWith('- ')) return true;
    if (!kind || seen.has(kind)) return false;
    seen.add(kind);
    return true;
  }).join('');
}
