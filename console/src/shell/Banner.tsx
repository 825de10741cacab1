import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useConnectionLost } from '@api';

/** Banner says that the server does not answer; when it does again, what is shown is read anew. */
export function Banner() {
  const lost = useConnectionLost();
  const queries = useQueryClient();
  const was = useRef(false);
  useEffect(() => {
    if (was.current && !lost) void queries.invalidateQueries();
    was.current = lost;
  }, [lost, queries]);
  return lost ? <div className="banner" role="alert">与服务器的连接中断，正在重新连接。页面内容仍在，请不要关闭。</div> : null;
}
