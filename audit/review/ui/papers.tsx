import { FilePdfOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { api, download, got, sentence, useMay } from '@api';
import { Section } from '@kit';

/** Papers are what was drafted and issued about the finding. */
export function Papers({ id }: { id: string }) {
  const { message } = App.useApp();
  const may = useMay('paper.read');
  const query = useQuery({
    queryKey: ['/api/papers', 'of', id], enabled: may, retry: false,
    queryFn: async ({ signal }) => got(await api.GET('/api/papers', { params: { query: { subject_kind: 'review.finding', subject: id, limit: 50 } }, signal })).items ?? [],
  });
  const papers = query.data ?? [];
  if (papers.length === 0) return null;
  return (
    <section className="sheet">
      <Section title="文书">
        <ul className="plain-list rv-files">
          {papers.map((p) => (
            <li key={p.id}>
              <Button type="link" size="small" className="rv-flat" icon={<FilePdfOutlined />} onClick={() => void download(`/api/papers/${p.id}/pdf`).catch((e) => void message.error(sentence(e), 6))}>{p.title}</Button>
              <span className="faint">{p.document || p.id}　{p.issued_at ? '已制发' : '拟稿'}</span>
            </li>
          ))}
        </ul>
      </Section>
    </section>
  );
}
