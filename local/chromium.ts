/** Finding a Chromium: the machine's own, else one from npm, else Debian's package. */
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cleanEnvironment, run } from './programs.ts';
import type { Settings } from './settings.ts';
import type { Narrate } from './stack.ts';

/** A browser to start, with what its process needs. */
export interface Chromium {
  readonly executablePath: string;
  readonly environment: Record<string, string>;
}

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC_APPLICATIONS = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * Finds a Chromium, or gets one. The variable `CHROMIUM` names one by its path.
 *
 * @throws Error with what was tried and what to install
 */
export async function findChromium(settings: Settings, narrate: Narrate): Promise<Chromium> {
  const installed = installedChromium();
  if (installed !== undefined) return { executablePath: installed, environment: {} };
  const tried: string[] = [];
  for (const [what, get] of [
    ['Chromium from npm (70 MB)', fromNpm],
    ["Debian's package chromium", fromDebian],
  ] as const) {
    try {
      return await narrate(`This machine has no Chromium: get ${what}`, () => get(settings));
    } catch (error) {
      tried.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new Error(`No Chromium: install one and name it in CHROMIUM (${tried.join('; ')}).`);
}

function installedChromium(): string | undefined {
  const { CHROMIUM, PATH = '' } = process.env;
  if (CHROMIUM !== undefined && CHROMIUM !== '') return CHROMIUM;
  const onPath = PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...onPath, ...MAC_APPLICATIONS].find((path) => existsSync(path));
}

/** The npm package is made for Lambda: it unpacks a browser and, if it finds Lambda's environment, the browser's libraries. */
async function fromNpm(settings: Settings): Promise<Chromium> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('npm has one for Linux x64 only');
  const folder = join(settings.root, '.local', 'chromium');
  const unpacked = join(folder, 'unpacked');
  const complete = join(folder, 'complete');
  const fonts = join(folder, 'fonts.conf');
  const found: Chromium = {
    executablePath: join(unpacked, 'chromium'),
    environment: {
      LD_LIBRARY_PATH: join(unpacked, 'al2023', 'lib'),
      FONTCONFIG_FILE: fonts,
    },
  };
  if (existsSync(complete)) return found;
  mkdirSync(unpacked, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) {
    copyFileSync(join(import.meta.dirname, 'chromium', file), join(folder, file));
  }
  const environment = { ...process.env, TMPDIR: unpacked, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' };
  const npm = await run(settings, 'npm', ['ci', '--prefix', folder, '--no-audit', '--no-fund'], environment);
  if (npm.code !== 0) throw new Error(`npm: ${npm.output.trim().split('\n').at(0)}`);
  const script = `
    const { createRequire } = await import('node:module');
    const { default: chromium } = await import(createRequire('${folder}/').resolve('@sparticuz/chromium'));
    await chromium.executablePath();`;
  const unpack = await run(
    settings,
    process.execPath,
    ['--input-type=module', '--eval', script],
    environment,
  );
  if (unpack.code !== 0) throw new Error(`unpacking it: ${unpack.output.trim().split('\n').at(-1)}`);
  // The package's own names Lambda's folders only, and without any font the page crashes.
  writeFileSync(
    fonts,
    `<?xml version="1.0"?><fontconfig><dir>/usr/share/fonts</dir><dir>${unpacked}/fonts</dir><cachedir>${folder}/font-cache</cachedir></fontconfig>`,
  );
  writeFileSync(complete, '');
  return found;
}

async function fromDebian(settings: Settings): Promise<Chromium> {
  if (process.getuid?.() !== 0) throw new Error('apt-get needs root');
  const environment = { ...cleanEnvironment(settings), DEBIAN_FRONTEND: 'noninteractive' };
  await run(settings, 'apt-get', ['update'], environment);
  const { code, output } = await run(
    settings,
    'apt-get',
    ['install', '--yes', '--no-install-recommends', 'chromium'],
    environment,
  );
  const installed = installedChromium();
  if (code !== 0 || installed === undefined) throw new Error(`apt-get: ${output.trim().split('\n').at(-1)}`);
  return { executablePath: installed, environment: {} };
}
