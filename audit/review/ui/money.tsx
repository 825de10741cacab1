import { money, Section, To } from '@kit';
import { finding } from './pages';
import { fen, kinds, type Line } from './words';

/** MoneyOf adds a finding's money up before the eye: what of it counts here, and what became of that. */
export function MoneyOf({ f }: { f: Line }) {
  const counted = fen(f.counted);
  const elsewhere = fen(f.own) - counted;
  const row = (name: string, yuan: string, how = '') => <tr className={how}><th scope="row">{name}</th><td>{money(yuan)}</td></tr>;
  return (
    <Section title="金额（元）">
      <table className="rv-money">
        <tbody>
          {row('疑点金额', f.own)}
          {elsewhere > 0 && <tr><th scope="row">已由{f.main_finding_id ? <To page={finding} params={{ id: f.main_finding_id }}>主疑点</To> : '其他疑点'}计入</th><td>−{money((elsewhere / 100).toFixed(2))}</td></tr>}
          {row('计入金额', f.counted, 'rv-sum')}
          {kinds.map(([name, title]) => (
            <tr key={name} className={fen(f[name]) === 0 ? 'rv-zero' : ''}>
              <th scope="row"><i className={`rv-key money-${name}`} aria-hidden />{title}</th><td>{money(f[name])}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {counted > 0 && (
        <div className="rv-bar" aria-hidden>
          {kinds.map(([name]) => fen(f[name]) > 0 && <span key={name} className={`money-${name}`} style={{ flexGrow: fen(f[name]) }} />)}
        </div>
      )}
      {fen(f.returned) > 0 && <p className="faint">不予认定的金额中，{money(f.returned)} 元已转由共享金额的疑点计入</p>}
    </Section>
  );
}
