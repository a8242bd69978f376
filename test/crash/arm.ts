// Loaded before the program (`node --import`): arms its fail points. What is to happen stands in an environment variable
// that only this module reads; the processes that the program starts are not meant.
import { ARMED, type Arming, arm } from './arming.ts';

const text = process.env[ARMED];
delete process.env[ARMED];
if (text !== undefined) arm(JSON.parse(text) as Arming);
