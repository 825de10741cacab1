import { Drawer } from 'antd';
import type { ReactNode } from 'react';

/** Side is what a row opens: a sheet at the right, whose being open the URL holds. Esc closes it. */
export function Side({ open, title, acts, width = 640, onClose, children }: { open: boolean; title: ReactNode; acts?: ReactNode; width?: number; onClose: () => void; children: ReactNode }) {
  return (
    <Drawer open={open} title={title} extra={acts} size={width} onClose={onClose} mask={{ enabled: true, blur: false }} destroyOnHidden>
      {children}
    </Drawer>
  );
}
