import { createRootRoute, createRoute, createRouter, Navigate } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { allowed, Loading, Nothing, Wrong, type Page } from '@kit';
import { parse, readState, stringify, writeState, type Raw } from '../kit/search';
import { useMe } from '@api';
import { lazily } from './lazily';
import { rooms } from './routes';
import { Frame } from './shell/Frame';
import { Gate } from './shell/Gate';

export const pages: readonly Page[] = rooms.flat();

/** home is the first page that somebody may see. */
export const home = (operations: readonly string[]) => pages.find((p) => p.group && allowed(p, operations))!;

const root = createRootRoute({
  component: () => <Gate />,
  notFoundComponent: () => <Nothing>没有这个页面</Nothing>,
  errorComponent: ({ error, reset }) => <Wrong error={error} again={reset} />,
});

const frame = createRoute({ getParentRoute: () => root, id: 'frame', component: Frame });

function Start() {
  return <Navigate to={home(useMe().operations ?? []).path as never} replace />;
}

/**
 * guarded shows a page only to whoever may see it: the server refuses the rest anyway. The
 * router loads it before it shows it, and ahead when the pointer is over a link to it.
 */
function guarded(p: Page) {
  const Inside = lazily(p.load);
  const Guarded: ComponentType = () => (allowed(p, useMe().operations ?? []) ? <Inside /> : <Nothing>您没有这个页面的权限。需要时请联系安全保密管理员授权。</Nothing>);
  return Object.assign(Guarded, { preload: Inside.preload });
}

const routeOf = (p: Page, parent: typeof root | typeof frame) =>
  createRoute({
    getParentRoute: () => parent as typeof frame,
    path: p.path,
    component: guarded(p),
    // What the URL holds beyond the page's own fields, or holds wrongly, is left out.
    validateSearch: (raw: Record<string, unknown>) => writeState(p.search, readState(p.search, raw as Raw)),
    pendingComponent: () => <Loading />,
    errorComponent: ({ error, reset }) => <Wrong error={error} again={reset} />,
  });

const start = createRoute({ getParentRoute: () => frame, path: '/', component: Start });

export const router = createRouter({
  routeTree: root.addChildren([
    frame.addChildren([start, ...pages.filter((p) => !p.bare).map((p) => routeOf(p, frame))]),
    ...pages.filter((p) => p.bare).map((p) => routeOf(p, root)),
  ]),
  parseSearch: parse,
  stringifySearch: stringify,
  defaultPreload: 'intent',
  defaultPendingMs: 200,
  scrollRestoration: false,
});
