import { useNavigate } from '@tanstack/react-router';
import { Input, Modal, type InputRef } from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Page } from '@kit';

const keys = [
  ['/', '查找人员、机构、编号、规则'],
  ['f', '搜索本页列表'],
  ['↓ ↑', '在列表的行之间移动'],
  ['Enter', '打开一行'],
  ['Esc', '关闭侧栏或对话框'],
  ['Ctrl K', '转到页面'],
  ['?', '本说明'],
] as const;

/** Keys is the keyboard: Ctrl K leads to a page by its name, ? shows what keys there are. */
export function Keys({ open, onOpen, pages }: { open: boolean; onOpen: (open: boolean) => void; pages: readonly Page[] }) {
  const [going, setGoing] = useState(false);
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      const typing = e.target instanceof HTMLElement && /^(input|textarea)$/i.test(e.target.tagName);
      if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'k') {
        e.preventDefault();
        setGoing(true);
      } else if (e.key === '?' && !typing && !document.querySelector('.ant-modal-wrap')) onOpen(true);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [onOpen]);
  return (
    <>
      <Modal open={open} title="键盘操作" footer={null} onCancel={() => onOpen(false)} width={360}>
        <dl className="facts facts-1">
          {keys.map(([key, what]) => (
            <div key={key} style={{ display: 'grid', gridTemplateColumns: '90px 1fr' }}>
              <dt><kbd>{key}</kbd></dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
      </Modal>
      <GoTo open={going} onClose={() => setGoing(false)} pages={pages} />
    </>
  );
}

function GoTo({ open, onClose, pages }: { open: boolean; onClose: () => void; pages: readonly Page[] }) {
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const field = useRef<InputRef>(null);
  const found = useMemo(() => pages.filter((p) => p.title.includes(typed.trim()) || p.path.includes(typed.trim().toLowerCase())), [pages, typed]);
  useEffect(() => { setTyped(''); setAt(0); }, [open]);
  const go = (p?: Page) => {
    if (!p) return;
    onClose();
    void navigate({ to: p.path as never });
  };
  return (
    <Modal open={open} title="转到页面" footer={null} closable={false} onCancel={onClose} width={420} style={{ top: 96 }} afterOpenChange={(now) => now && field.current?.focus()} destroyOnHidden>
      <Input ref={field} size="large" placeholder="页面的名称" aria-label="转到页面" value={typed} onChange={(e) => { setTyped(e.target.value); setAt(0); }}
        onKeyDown={(e) => {
          if (e.key === 'ArrowDown') setAt((i) => Math.min(i + 1, found.length - 1));
          else if (e.key === 'ArrowUp') setAt((i) => Math.max(i - 1, 0));
          else if (e.key === 'Enter') go(found[at]);
          else return;
          e.preventDefault();
        }} />
      <ul className="goto" role="listbox" aria-label="页面">
        {found.map((p, i) => (
          <li key={p.path} role="option" aria-selected={i === at} className={i === at ? 'is-at' : ''} onMouseEnter={() => setAt(i)} onClick={() => go(p)}>
            {p.icon} {p.title} <span className="faint">{p.group}</span>
          </li>
        ))}
      </ul>
    </Modal>
  );
}
