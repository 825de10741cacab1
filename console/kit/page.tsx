import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, type ComponentType, type ReactNode } from 'react';
import { readState, writeState, type Fields, type Raw, type State } from './search';

/** The groups of the menu, in their order. */
export const groups = ['工作台', '监管', '规则与知识', '数据与任务', '基础数据', '系统管理', '本人'] as const;

/** Page is a page of a room: its address, its place in the menu, who sees it, what its URL holds. */
export interface Page<F extends Fields = Fields> {
  /** As /organisations or /findings/$id. */
  path: string;
  title: string;
  /** Where in the menu; a page without a group has no entry. */
  group?: (typeof groups)[number];
  icon?: ReactNode;
  /** Operations of which one must be open to whoever sees it; none: everybody. */
  needs?: readonly string[];
  /** What the URL holds besides the path. */
  search: F;
  /** The page without the frame around it: a wall screen. */
  bare?: boolean;
  load: () => Promise<{ default: ComponentType }>;
}

/** page declares a page. */
export const page = <F extends Fields>(p: Page<F>): Page<F> => p;

/** allowed says whether a page is open to somebody who may do the operations. */
export const allowed = (p: Page, operations: readonly string[]) => !p.needs?.length || p.needs.some((o) => operations.includes(o));

export type Go<F extends Fields> = (patch: Partial<State<F>>, how?: { replace?: boolean }) => void;

/**
 * usePage is the state that the URL holds, and how to change it. A change adds a step to
 * the browser's history unless it replaces. Whoever changes q, filter, sort or limit
 * starts again at the first page of a list.
 */
export function usePage<F extends Fields>(p: Page<F>): { at: State<F>; go: Go<F>; params: Record<string, string> } {
  const raw = useSearch({ strict: false }) as Raw;
  const params = useParams({ strict: false }) as Record<string, string>;
  const navigate = useNavigate();
  const at = useMemo(() => readState(p.search, raw), [p, raw]);
  const go = useCallback<Go<F>>(
    (patch, how) => {
      const restart = ['q', 'filter', 'sort', 'limit'].some((name) => name in patch) && !('cursor' in patch);
      void navigate({
        to: '.',
        replace: how?.replace,
        search: ((now: Raw) => writeState(p.search, { ...readState(p.search, now), ...(restart ? { cursor: '' } : {}), ...patch })) as never,
      });
    },
    [navigate, p],
  );
  return { at, go, params };
}

/** useGoTo leads to another page by program. */
export function useGoTo() {
  const navigate = useNavigate();
  return useCallback(
    <F extends Fields>(p: Page<F>, how: { params?: Record<string, string>; at?: Partial<State<F>>; replace?: boolean } = {}) =>
      void navigate({ to: p.path as never, params: how.params as never, search: writeState(p.search, how.at ?? {}) as never, replace: how.replace }),
    [navigate],
  );
}

/** To is a link to a page. */
export function To<F extends Fields>(props: { page: Page<F>; params?: Record<string, string>; at?: Partial<State<F>>; children: ReactNode; className?: string }) {
  return (
    <Link to={props.page.path as never} params={props.params as never} search={writeState(props.page.search, props.at ?? {}) as never} className={props.className}>
      {props.children}
    </Link>
  );
}
