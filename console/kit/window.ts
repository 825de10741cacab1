import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Asked, Rows, Source } from './source';

/** Window is what of a list is here. */
export interface Window<T> {
  rows: T[];
  total?: number;
  /** The cursor of what follows; nothing at the end. */
  next?: string;
  /** Something was read at all. */
  ready: boolean;
  /** What is here was asked for before: what is asked for now still comes. */
  old: boolean;
  /** It comes, and what stands here is not it. */
  busy: boolean;
  error: unknown;
  again: () => void;
  /** Reads on, where the list flows. */
  more: () => void;
}

type Live<T> = number | ((rows: T[]) => number) | undefined;

/** useWindow reads a page of a list, or, where it flows, page after page as `more` asks for it. */
export function useWindow<T>(source: Source<T>, asked: Asked, flowing: boolean, live: Live<T>): Window<T> {
  const paged = useQuery({
    queryKey: [...source.key, 'rows', asked],
    queryFn: ({ signal }) => source.read(asked, signal),
    enabled: !flowing,
    placeholderData: keepPreviousData,
    refetchInterval: (q) => (typeof live === 'function' ? live(q.state.data?.items ?? []) : live) || false,
  });
  const flow = useInfiniteQuery({
    queryKey: [...source.key, 'flow', asked],
    queryFn: ({ signal, pageParam }) => source.read({ ...asked, cursor: pageParam }, signal),
    enabled: flowing,
    initialPageParam: '',
    getNextPageParam: (last: Rows<T>) => last.next,
    placeholderData: keepPreviousData,
  });
  const flown = useMemo(() => flow.data?.pages.flatMap((page) => page.items) ?? [], [flow.data]);
  const query = flowing ? flow : paged;
  return {
    rows: flowing ? flown : (paged.data?.items ?? []),
    total: flowing ? flow.data?.pages[0]?.total : paged.data?.total,
    next: flowing ? flow.data?.pages.at(-1)?.next : paged.data?.next,
    ready: query.data !== undefined,
    old: query.isPlaceholderData,
    busy: query.isFetching && (query.isPlaceholderData || query.isPending),
    error: query.error,
    again: () => void query.refetch(),
    more: () => {
      if (flowing && flow.hasNextPage && !flow.isFetching) void flow.fetchNextPage();
    },
  };
}
