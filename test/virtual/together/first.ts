/** Half of the quick tests in virtual time as one file, for whole runs: jest.config.mjs. */
import { describeFiles } from './files.ts';

describeFiles(0, 2);
