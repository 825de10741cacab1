import { count } from '@kit';
import './paper.css';
import { fill, unconfirmed, type Paper, type PaperBlock, type PaperView } from './words';

const mostRows = 200;

/** Sheet is what a paper says, set as it will be printed: a draft with blanks for number and date. */
export function Sheet({ paper, content }: { paper: Paper; content: PaperView['content'] }) {
  const draft = paper.state === 'draft';
  const date = paper.issued_at ? dateOf(paper.issued_at) : '年　　月　　日';
  const number = paper.document || `${paper.short || paper.organ_name}${paper.word}〔　　　〕　　号`;
  const values = { ...content.fields, number, date, organ: paper.organ_name, recipient: paper.recipient_name ?? '' };
  const annexes = content.blocks.filter((b) => b.kind === 'annex');
  return (
    <article className={`paper-sheet ${draft ? 'is-draft' : ''}`} aria-label={paper.title} tabIndex={0}>
      <header>
        <div className="paper-organ">{paper.organ_name}</div>
        <h2>{paper.title}</h2>
        <div className="paper-number">{number}</div>
      </header>
      {content.blocks.map((b, k) => <Block key={k} block={b} text={fill(b.text ?? '', values)} rows={(content.tables?.[b.table ?? ''] ?? []) as string[][]} organ={paper.organ_name} date={date} recipient={paper.recipient_name ?? ''}
        annexes={annexes.map((a) => fill(a.text ?? '', values))} mark={`附件${annexes.length > 1 ? annexes.indexOf(b) + 1 : ''}`} />)}
    </article>
  );
}

function Block({ block, text, rows, organ, date, recipient, annexes, mark }: { block: PaperBlock; text: string; rows: string[][]; organ: string; date: string; recipient: string; annexes: string[]; mark: string }) {
  switch (block.kind) {
    case 'heading':
      return <h3><Said text={text} /></h3>;
    case 'address':
      return <p className="paper-address"><Said text={text} /></p>;
    case 'paragraph':
      return <p><Said text={text} /></p>;
    case 'grid':
      return <Grid block={block} rows={rows} label="表" />;
    case 'sign':
      return (
        <>
          {annexes.length > 0 && <p>附件：{annexes.length === 1 ? annexes[0] : annexes.map((a, k) => `${k + 1}. ${a}`).join('　')}</p>}
          <div className="paper-sign"><span>{organ}</span><span>{date}</span></div>
        </>
      );
    case 'annex':
      return (
        <section className="paper-annex">
          <b>{mark}</b>
          <h2>{text}</h2>
          <Grid block={block} rows={rows} label={text} />
        </section>
      );
    default:
      return <section className="paper-annex"><h2>送达回证</h2><p className="paper-address">受送达人：{recipient}　　送达方式、日期、签收人和送达人由送达时填写。</p></section>;
  }
}

/** Said is a text in which what no official text confirms is marked. */
function Said({ text }: { text: string }) {
  return <>{text.split(unconfirmed).map((part, k) => <span key={k}>{k > 0 && <mark className="paper-mark">{unconfirmed}</mark>}{part}</span>)}</>;
}

function Grid({ block, rows, label }: { block: PaperBlock; rows: string[][]; label: string }) {
  const columns = block.columns ?? [];
  const whole = columns.reduce((sum, c) => sum + c.share, 0) || 1;
  return (
    <>
      <table className="paper-grid" aria-label={label}>
        <colgroup>{columns.map((c, k) => <col key={k} style={{ width: `${(c.share / whole) * 100}%` }} />)}</colgroup>
        <thead><tr>{columns.map((c, k) => <th key={k} scope="col">{c.title}</th>)}</tr></thead>
        <tbody>{rows.slice(0, mostRows).map((r, n) => <tr key={n}>{r.map((cell, k) => <td key={k} className={columns[k]?.right ? 'is-right' : undefined}>{cell}</td>)}</tr>)}</tbody>
      </table>
      {rows.length > mostRows && <p className="paper-address quiet">此处列前 {mostRows} 行，全部 {count(rows.length)} 行在 PDF 和 DOCX 里。</p>}
    </>
  );
}

function dateOf(at: string): string {
  const p = Object.fromEntries(new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', year: 'numeric', month: 'numeric', day: 'numeric' }).formatToParts(new Date(at)).map((x) => [x.type, x.value]));
  return `${p.year}年${p.month}月${p.day}日`;
}
