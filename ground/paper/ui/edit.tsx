import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Collapse, Form, Input } from 'antd';
import { api, sentence } from '@api';
import { useAct } from '@kit';
import { templates, type PaperView } from './words';

type Content = PaperView['content'];
interface Values { fields: Record<string, string>; texts: string[] }

const blockTitles: Record<string, string> = { heading: '标题', address: '主送', paragraph: '正文', annex: '附件' };

/** Edit changes fields and texts of a draft; the sheet beside it shows what is typed. */
export function Edit({ p, onShown, onClose }: { p: PaperView; onShown: (c: Content) => void; onClose: () => void }) {
  const [form] = Form.useForm<Values>();
  const known = useQuery(templates).data;
  const names = new Map(known?.find((t) => t.kind === p.kind)?.fields.map((f) => [f.name, f.title + (f.optional ? '（选填）' : '')]));
  const initial: Values = { fields: p.content.fields, texts: p.content.blocks.map((b) => b.text ?? '') };
  const blocksOf = (v: Values) => p.content.blocks.map((b, k) => ({ ...b, text: v.texts[k] ?? '' }));
  const save = useAct((v: Values) => {
    const changed = v.texts.some((t, k) => t !== initial.texts[k]);
    const blocks = changed ? blocksOf(v).map(({ kind, text, table }) => ({ kind, ...(text ? { text } : {}), ...(table ? { table } : {}) })) : undefined;
    return api.PATCH('/api/papers/{id}', { params: { path: { id: p.id } }, body: { fields: v.fields, blocks } });
  }, { quiet: true, done: '已保存', then: onClose });
  return (
    <Form<Values> form={form} layout="vertical" initialValues={initial} onFinish={(v) => save.mutate(v)} className="paper-edit"
      onValuesChange={(_, v: Values) => onShown({ ...p.content, fields: v.fields, blocks: blocksOf(v) })}>
      {save.error && <Alert type="error" showIcon className="modal-error" title={sentence(save.error)} />}
      {Object.keys(p.content.fields).sort().map((name) => (
        <Form.Item key={name} name={['fields', name]} label={names.get(name) ?? name}><Input.TextArea autoSize={{ minRows: 1, maxRows: 6 }} maxLength={4000} /></Form.Item>
      ))}
      <Collapse ghost size="small" items={[{
        key: 'texts', label: '改文字', forceRender: true,
        children: p.content.blocks.map((b, k) => (
          <Form.Item key={k} name={['texts', k]} label={`第 ${k + 1} 段 ${blockTitles[b.kind] ?? ''}`} hidden={!blockTitles[b.kind]}><Input.TextArea autoSize={{ minRows: 1, maxRows: 8 }} maxLength={4000} /></Form.Item>
        )),
      }]} />
      <div className="spaced">
        <Button type="primary" htmlType="submit" loading={save.isPending}>保存</Button>
        <Button onClick={onClose}>放弃修改</Button>
      </div>
    </Form>
  );
}
