/** The quick tests in virtual time as one file, for mutation testing: what they need is loaded once for each change. */
import '../at-the-doors/scene.ts';
import { describeFiles } from './files.ts';

/** What runs as a bundle too: `jest --findRelatedTests` goes by this. */
export type Related = typeof import('../../support/virtual/diagnosis.ts');

describeFiles();
