import { useQuery } from '@tanstack/react-query';
import { api, got, useMay } from '@api';
import { count, Facts, Loading, Section, StateTag, Time, To, Wrong } from '@kit';
import { people } from '../../../ground/access/ui/pages';
import { journal } from '../../../ground/journal/ui/pages';

/** Officer is what the three officers look after: accounts, failed logins, the signing of the journal. */
export function Officer() {
  const query = useQuery({ queryKey: ['/api/officers/overview'], queryFn: async ({ signal }) => got(await api.GET('/api/officers/overview', { signal })) });
  const audits = useMay('access.audit');
  if (query.isLoadingError) return <Wrong error={query.error} again={() => void query.refetch()} />;
  if (!query.data) return <Loading lines={4} />;
  const { accounts, entries, signed, signed_at, late } = query.data;
  return (
    <div className="ov-two">
      <Section title="账户" extra={<To page={people}>人员与授权</To>}>
        <Facts columns={3} items={[
          ['在用账户', <span key="o" className="figures">{count(accounts.open)}</span>],
          ['待首次修改口令', <Waits key="w" n={accounts.must_change} />],
          ['未启用动态口令', <Waits key="f" n={accounts.without_factor} />],
          ['没有有效授权', <Waits key="g" n={accounts.without_grant} />],
          ['有登录失败记录', <Waits key="l" n={accounts.failing} />],
          ['正在锁定', <Waits key="k" n={accounts.locked} high />],
        ]} />
      </Section>
      <Section title="操作日志" extra={audits && <To page={journal}>操作日志</To>}>
        <Facts columns={3} items={[
          ['日志条目', <span key="e" className="figures">{count(entries)}</span>],
          ['最近检查点', <Time key="t" at={signed_at} />],
          ['检查点状态', signed >= entries ? <StateTag key="s" tone="good">全部已签名</StateTag> : <StateTag key="s" tone={late ? 'high' : 'middle'}>{`${count(entries - signed)} 条待签名${late ? '，签名已停止' : ''}`}</StateTag>],
        ]} />
      </Section>
    </div>
  );
}

const Waits = ({ n, high }: { n: number; high?: boolean }) => (n > 0 ? <StateTag tone={high ? 'high' : 'middle'}>{`${count(n)} 个`}</StateTag> : <StateTag tone="good">无</StateTag>);
