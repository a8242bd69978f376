import { seekPlanted } from './seek-planted.ts';
import { TOPICS } from './topics.ts';

seekPlanted(TOPICS.time);
