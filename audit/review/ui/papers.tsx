import { useQuery } from '@tanstack/react-query';
import { api, got, useMay } from '@api';
import { Section, To } from '@kit';
import { paper } from '../../../ground/paper/ui/pages';
import { states } from '../../../ground/paper/ui/words';

/** Papers are what was drafted and issued about the finding. */
export function Papers({ id }: { id: string }) {
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
              <To page={paper} params={{ id: p.id }}>{p.title}</To>
              <span className="faint">{p.document || p.id}　{states[p.state]?.text ?? p.state}</span>
            </li>
          ))}
        </ul>
      </Section>
    </section>
  );
}
