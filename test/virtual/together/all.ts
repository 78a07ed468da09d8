/** The quick tests in virtual time as one file, for mutation testing: what they need is loaded once for each change. */
import '../at-the-doors/scene.ts';
import { describeFiles } from './files.ts';

describe('the watch', () => void require('../watch.test.ts'));
describe('the preview', () => void require('../preview/examples.test.ts'));
describeFiles();
