import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { App, ConfigProvider } from 'antd';
import zhCN from 'antd/locale/zh_CN';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Problem } from '@api';
import './base.css';
import { router } from './router';
import { Banner } from './shell/Banner';
import { whoIsHere } from './shell/begin';
import { theme } from './theme';

dayjs.locale('zh-cn');

const queries = new QueryClient({
  defaultOptions: {
    // A request is sent at once or fails: none waits for the network and is sent unasked.
    mutations: { networkMode: 'always' },
    queries: {
      networkMode: 'always',
      staleTime: 10_000,
      // A refusal stays one; a server that does not answer is asked again.
      retry: (failures, error) => error instanceof Problem && error.status === 0 && failures < 20,
      retryDelay: 2000,
      refetchOnWindowFocus: true,
    },
  },
});

const root = createRoot(document.getElementById('root')!);

const show = () => root.render(
  <StrictMode>
    <ConfigProvider locale={zhCN} theme={theme} button={{ autoInsertSpace: false }} form={{ scrollToFirstError: true }}>
      <App message={{ maxCount: 3 }} component={false}>
        <QueryClientProvider client={queries}>
          <Banner />
          <RouterProvider router={router} />
        </QueryClientProvider>
      </App>
    </ConfigProvider>
  </StrictMode>,
);

// Who is here and the page are fetched at once. Whatever shows a page that is still coming
// stays for 300 ms by React's own rule, so nothing is shown until they are here or it lasts.
const patience = 400; // milliseconds
void Promise.race([Promise.allSettled([whoIsHere(), router.load()]), new Promise((over) => setTimeout(over, patience))]).then(show);
