/** How far the server's clock is ahead of the browser's, in milliseconds: days and deadlines count by the server's. */
let ahead = 0;

/** setClock takes over what the server said of its time. */
export const setClock = (at: string) => void (ahead = Date.parse(at) - Date.now() || 0);

/** now is the instant by the server's clock. */
export const now = () => new Date(Date.now() + ahead);

/** dayOf is the day in China of an instant, as 2026-01-02. */
export const dayOf = (at: Date) => new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 10);

/** today is the day in China by the server's clock, as 2026-01-02; days later by so many days. */
export const today = (later = 0) => dayOf(new Date(now().getTime() + later * 86_400_000));
