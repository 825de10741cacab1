import type { ReactNode } from 'react';

/** Face is who did something, as the server lets the reader know it. */
export interface Face {
  name?: string;
  role?: string;
  organisation?: string;
}

/** who writes a face in one line: 王** 初审人员（市医保中心）, or 市医保中心 初审人员. */
export function who(face: Face | undefined): string {
  const { name = '', role = '', organisation = '' } = face ?? {};
  const person = [name, role].filter(Boolean).join(' ');
  return name ? person + (organisation && `（${organisation}）`) : [organisation, role].filter(Boolean).join(' ');
}

/** Who is a face; its title has it whole, with the account. */
export function Who({ face, id }: { face?: Face; id?: string }): ReactNode {
  return who(face) ? <span title={[who(face), id].filter(Boolean).join(' ')}>{who(face)}</span> : <span className="faint">—</span>;
}
