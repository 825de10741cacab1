import { DownOutlined, MenuFoldOutlined, MenuUnfoldOutlined, QuestionCircleOutlined, SafetyOutlined } from '@ant-design/icons';
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { Alert, Button, Dropdown, Menu, type MenuProps } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { api, now, session, useMe, type Me } from '@api';
import { allowed, groups, instant, useOpenThing, type Page } from '@kit';
import { pages } from '../router';
import { EnrolFactor } from './EnrolFactor';
import { Find } from './Find';
import { Keys } from './Keys';
import { Place, placeText } from './Place';
import { useScroll } from './scroll';

/** Frame is what stands around every page: who one is and where, the menu of what is open, the page. */
export function Frame() {
  const me = useMe();
  const path = useRouterState({ select: (s) => s.location.pathname });
  const [folded, setFolded] = useFolded();
  const [keys, setKeys] = useState(false);
  const [enrolling, setEnrolling] = useState(false);
  const main = useRef<HTMLElement>(null);
  const navigate = useNavigate();
  useScroll(main);
  const open = pages.filter((p) => p.group && allowed(p, me.operations ?? []));
  const current = pageAt(path);
  const thing = useOpenThing();
  useEffect(() => { document.title = [thing, current?.title, '医衡'].filter(Boolean).join(' · '); }, [thing, current]);
  useEffect(() => {
    document.querySelector('.frame-side .ant-menu-item-selected')?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  const leave = async () => {
    try {
      await api.POST('/api/logout');
    } finally {
      session.leave();
    }
  };
  const account: MenuProps['items'] = [
    { key: 'who', disabled: true, label: <Place me={me} /> },
    { type: 'divider' },
    { key: 'account', label: '我的账户', onClick: () => void navigate({ to: '/account' as never }) },
    { key: 'leave', label: '退出登录', onClick: () => void leave() },
  ];
  return (
    <div className={`frame ${folded ? 'frame-folded' : ''}`}>
      <header className="frame-head">
        <a className="skip" href="#main" onClick={(e) => { e.preventDefault(); main.current?.focus(); }}>跳到正文</a>
        <Link to="/" className="frame-brand"><img src="/favicon.svg" alt="" />医衡</Link>
        <div className="frame-place" title={placeText(me)}><Place me={me} short /></div>
        <div className="frame-right">
          <Find />
          <Button type="text" icon={<QuestionCircleOutlined />} aria-label="键盘操作" title="键盘操作（?）" onClick={() => setKeys(true)} />
          <Dropdown menu={{ items: account }} trigger={['click']} placement="bottomRight">
            <Button type="text">{me.login} <DownOutlined style={{ fontSize: 10 }} /></Button>
          </Dropdown>
        </div>
      </header>
      <nav className="frame-side" aria-label="主菜单">
        <Menu mode="inline" inlineCollapsed={folded} selectedKeys={current ? [menuEntry(current)] : []} items={menu(open, folded)} />
        <div className="frame-fold">
          <Button type="text" block={!folded} icon={folded ? <MenuUnfoldOutlined /> : <MenuFoldOutlined />} aria-label={folded ? '展开菜单' : '收起菜单'} onClick={() => setFolded(!folded)} />
        </div>
      </nav>
      <main id="main" className="frame-main" ref={main} tabIndex={-1}>
        {!me.second_factor && (
          <Alert className="notice" type="warning" showIcon icon={<SafetyOutlined />} title="尚未启用动态口令：授权、录入和查看敏感内容的功能不可用。" action={<Button size="small" onClick={() => setEnrolling(true)}>现在启用</Button>} />
        )}
        <Printed me={me} />
        <Outlet />
      </main>
      <Keys open={keys} onOpen={setKeys} pages={open} />
      <EnrolFactor open={enrolling} onClose={() => setEnrolling(false)} />
    </div>
  );
}

/** Printed heads a printed page with who printed it, where and when. */
function Printed({ me }: { me: Me }) {
  const [at, setAt] = useState(now);
  useEffect(() => {
    const print = () => setAt(now());
    window.addEventListener('beforeprint', print);
    return () => window.removeEventListener('beforeprint', print);
  }, []);
  return <div className="print-head" aria-hidden><span>医衡　{placeText(me)}</span><span>{me.login}　打印于 {instant(at)}</span></div>;
}

/** pageAt is the page of a path: its pattern with the longest fixed part. */
function pageAt(path: string): Page | undefined {
  const fits = (p: Page) => new RegExp(`^${p.path.replace(/\$[a-zA-Z]+/g, '[^/]+')}$`).test(path);
  return pages.filter(fits).sort((a, b) => a.path.split('$').length - b.path.split('$').length)[0];
}

/** menuEntry is the entry that is lit: a page without one lights the list that its path begins with. */
function menuEntry(p: Page): string {
  if (p.group) return p.path;
  return pages.filter((q) => q.group && p.path.startsWith(`${q.path}/`)).sort((a, b) => b.path.length - a.path.length)[0]?.path ?? p.path;
}

function menu(open: readonly Page[], folded: boolean): MenuProps['items'] {
  const entry = (p: Page) => ({ key: p.path, icon: p.icon, label: <Link to={p.path as never}>{p.title}</Link>, title: p.title });
  if (folded) return groups.flatMap((g) => open.filter((p) => p.group === g).map(entry));
  return groups
    .map((g) => ({ key: g, type: 'group' as const, label: g, children: open.filter((p) => p.group === g).map(entry) }))
    .filter((g) => g.children.length > 0);
}

/** useFolded keeps whether the menu is folded, in this browser; narrow windows begin folded. */
function useFolded(): [boolean, (folded: boolean) => void] {
  const [folded, set] = useState(() => (localStorage.getItem('yiheng.menu') ?? (window.innerWidth < 1100 ? 'folded' : '')) === 'folded');
  return [folded, (now) => { localStorage.setItem('yiheng.menu', now ? 'folded' : 'open'); set(now); }];
}
