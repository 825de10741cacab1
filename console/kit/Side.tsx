import { Drawer } from 'antd';
import { useEffect, type ReactNode } from 'react';
import { useThing } from './thing';

/**
 * Side is what a row opens: a sheet at the right, whose being open the URL holds. The list
 * beside it stays in use: another row opens in its place. Esc closes it. The browser's title
 * has `thing`, by itself the title: a name that is sealed elsewhere does not belong there.
 */
export function Side({ open, title, thing, acts, width = 640, onClose, children }: { open: boolean; title: ReactNode; thing?: string; acts?: ReactNode; width?: number; onClose: () => void; children: ReactNode }) {
  useThing(open ? (thing ?? (typeof title === 'string' ? title : '')) : '');
  useEffect(() => {
    if (!open) return;
    const onKey = (e: KeyboardEvent) => {
      if (e.key === 'Escape' && !e.defaultPrevented && !document.querySelector('.ant-modal-wrap:not([style*="display: none"]), .ant-select-dropdown:not(.ant-select-dropdown-hidden)')) onClose();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [open, onClose]);
  return (
    <Drawer open={open} title={title} extra={acts} size={width} onClose={onClose} mask={false} keyboard={false} destroyOnHidden rootClassName="side" closable={{ 'aria-label': '关闭' }}>
      {children}
    </Drawer>
  );
}
