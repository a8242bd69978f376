import { render } from 'preact';
import './tokens.css';
import './css/base.css';
import './css/shell.css';
import './css/controls.css';
import './css/shown.css';
import './css/chart.css';
import './css/run.css';
import './css/tables.css';
import { App } from './app.tsx';
import { applyTheme, chosenTheme } from './components/theme-switch.tsx';

applyTheme(chosenTheme());
render(<App />, document.getElementById('app') ?? document.body);
