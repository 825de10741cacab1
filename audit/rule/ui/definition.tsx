import { useQuery } from '@tanstack/react-query';
import { Alert, Checkbox, Form, Input, Select, Switch } from 'antd';
import { useEffect, useMemo, useState } from 'react';
import { parseDocument, type Document } from 'yaml';
import { api, got, type components } from '@api';
import { Nothing, Section } from '@kit';
import { results, types } from './words';

type Param = components['schemas']['Param'];

interface Known { id: string; name: string; version: string; result: string; program: string; off: boolean; stages: string[]; params: Record<string, unknown>; wrong?: string }

/** read is what the form shows of a definition. */
export function read(text: string): Known {
  const d = parseDocument(text);
  const js = (d.errors.length === 0 ? d.toJS() : {}) as Partial<Known> | null;
  const wrong = d.errors[0] ? `定义不是 YAML：第 ${d.errors[0].linePos?.[0].line ?? 1} 行读不出` : undefined;
  return { id: '', name: '', version: '', result: '', program: '', off: false, ...js, stages: js?.stages ?? [], params: js?.params ?? {}, wrong };
}

/** DefinitionForm changes a definition's text field by field; order and comments stay. */
export function DefinitionForm({ text, onChange, onResult }: { text: string; onChange: (text: string) => void; onResult: (before: string, after: string) => void }) {
  const known = useMemo(() => read(text), [text]);
  const schema = useQuery({
    queryKey: ['/api/rules/classes', 'parameters', known.id],
    enabled: known.id !== '',
    staleTime: Infinity,
    queryFn: async () => got(await api.GET('/api/rules/classes/{id}', { params: { path: { id: known.id } } })).parameters,
  });
  const [more, setMore] = useState('');
  if (known.wrong) return <Alert type="error" showIcon title={known.wrong} description="请在“定义（YAML）”中改正后再用表单。" />;
  const change = (alter: (d: Document) => void) => {
    const d = parseDocument(text);
    alter(d);
    onChange(d.toString({ lineWidth: 0, flowCollectionPadding: false }));
  };
  const setParam = (name: string, value: unknown) => change((d) => {
    if (value === undefined || value === '') d.deleteIn(['params', name]);
    else d.setIn(['params', name], d.createNode(value, { flow: true }));
    if (Object.keys((d.toJS() as Known).params ?? {}).length === 0) d.delete('params');
  });
  // What a point says of itself is not laid over points.
  const params = (schema.data ?? []).filter((p) => !['default', 'needs_parameters', 'result'].includes(p.name)).filter((p) => p.name in known.params || more === '' || p.name.includes(more) || p.meaning.includes(more));
  return (
    <Form layout="vertical" component={false}>
      <div className="draft-params">
        <Form.Item label="版本号" extra="同一区划不能重复"><Input aria-label="版本号" className="code" value={known.version} onChange={(e) => change((d) => d.set('version', e.target.value))} /></Form.Item>
        <Form.Item label="结论" extra="案例中应有的结论随之改变"><Select aria-label="结论" value={known.result} onChange={(value) => { change((d) => d.set('result', value)); onResult(known.result, value); }} options={Object.entries(results).map(([value, label]) => ({ value, label }))} /></Form.Item>
        <Form.Item label="环节"><Checkbox.Group value={known.stages} options={['事前', '事中', '事后']} onChange={(values) => change((d) => d.set('stages', d.createNode(['事前', '事中', '事后'].filter((s) => values.includes(s)), { flow: true })))} /></Form.Item>
        <Form.Item label="在本区划停用"><span className="spaced"><Switch aria-label="在本区划停用" checked={known.off} onChange={(off) => change((d) => (off ? d.set('off', true) : d.delete('off')))} />{known.off ? '停用：这些服务日不判定' : '不停用'}</span></Form.Item>
      </div>
      <Section title="参数：盖过每个知识点的参数" extra={<Input size="small" allowClear placeholder="按参数、含义查找" aria-label="查找参数" value={more} onChange={(e) => setMore(e.target.value)} style={{ width: 200 }} />}>
        {params.length === 0 ? <Nothing>{schema.isPending && known.id ? '正在载入参数' : '没有这样的参数'}</Nothing> : (
          <div className="draft-params">{params.map((p) => <ParamField key={p.name} p={p} value={known.params[p.name]} onChange={(value) => setParam(p.name, value)} />)}</div>
        )}
      </Section>
    </Form>
  );
}

/** ParamField asks for one parameter by its type; what is empty stays as each point has it. */
function ParamField({ p, value, onChange }: { p: Param; value: unknown; onChange: (value: unknown) => void }) {
  const label = <span title={types[p.type]}>{p.meaning} <span className="faint code">{p.name}</span></span>;
  const common = { 'aria-label': `${p.meaning} ${p.name}`, placeholder: '按知识点' };
  const options = p.values?.map((v) => ({ value: v, label: v }));
  switch (p.type) {
    case 'truth':
      return <Form.Item label={label}><Checkbox aria-label={common['aria-label']} checked={value === true} onChange={(e) => onChange(e.target.checked || undefined)}>是</Checkbox></Form.Item>;
    case 'text':
      return <Form.Item label={label}>{options ? <Select {...common} allowClear value={value as string} onChange={onChange} options={options} /> : <Lazy {...common} value={value === undefined ? '' : String(value)} onDone={onChange} />}</Form.Item>;
    case 'texts':
      return <Form.Item label={label}><Select {...common} mode={options ? 'multiple' : 'tags'} open={options ? undefined : false} allowClear value={(value as string[] | undefined) ?? []} tokenSeparators={['、', ',', '，', ' ']} onChange={(values: string[]) => onChange(values.length ? values : undefined)} options={options} /></Form.Item>;
    case 'number':
    case 'whole': {
      const form = p.type === 'whole' ? /^-?\d+$/ : /^-?\d+(\.\d{1,4})?$/;
      const check = (t: string) => (t === '' ? '' : !form.test(t) ? '应为' + types[p.type] : Number(t) < p.min ? `不小于 ${p.min}` : p.max && Number(t) > p.max ? `不大于 ${p.max}` : '');
      return <Lazy {...common} label={label} value={value === undefined ? '' : String(value)} check={check} onDone={(t) => onChange(t === '' ? undefined : Number(t))} />;
    }
    default: {
      const check = (t: string) => { try { if (t) JSON.parse(t); return ''; } catch { return '应为 JSON'; } };
      return <Lazy {...common} label={label} placeholder="JSON；不填按知识点" value={value === undefined ? '' : JSON.stringify(value)} check={check} onDone={(t) => onChange(t === '' ? undefined : JSON.parse(t))} />;
    }
  }
}

/** Lazy takes what was typed when it is left, if it is right. */
function Lazy({ value, onDone, check, label, ...rest }: { value: string; onDone: (text: string) => void; check?: (text: string) => string; label?: React.ReactNode; placeholder?: string; 'aria-label'?: string }) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  const wrong = check?.(typed.trim()) ?? '';
  const done = () => { if (!wrong && typed.trim() !== value) onDone(typed.trim()); };
  const field = <Input {...rest} className="code" status={wrong ? 'error' : undefined} value={typed} onChange={(e) => setTyped(e.target.value)} onBlur={done} onPressEnter={done} />;
  return label === undefined ? field : <Form.Item label={label} validateStatus={wrong ? 'error' : undefined} help={wrong || undefined}>{field}</Form.Item>;
}
