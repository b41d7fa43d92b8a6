import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/parts.css';
import './styles/panes.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Gate } from './shell/gate';
import { takeToken } from './session';
import { applyTheme } from './ui/theme';

applyTheme();
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <Gate token={takeToken()} />
  </StrictMode>,
);
// Hangul is shown in both languages (what is said in the chat); only the slices that are needed are fetched.
void import('@fontsource-variable/noto-sans-kr/wght.css');
