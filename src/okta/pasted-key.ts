/** What editors, shells and spreadsheets put around a text, or invisibly into it. */
const invisible = /\p{Cf}/gu;
const quotes = /^(["'`])([\s\S]*)\1$/;
const base64 = /^[0-9A-Za-z+/]+={0,2}$/;
/** Base64 with the characters of URLs too: https://www.rfc-editor.org/rfc/rfc4648#section-5 */
const anyBase64 = /^[0-9A-Za-z+/_-]+={0,2}$/;

/**
 * Undoes what happens to a key on its way into a secret: invisible characters, quotes, `\n` written out (once or twice), the
 * encoding of URLs, base64.
 *
 * @returns a PEM or JSON, if the text is one of them
 */
export function decodedKey(text: string): string {
  let key = text.replace(invisible, '');
  for (let before = ''; before !== key; ) {
    before = key;
    key = key.trim().replace(quotes, '$2');
  }
  if (key.startsWith('{')) return key;
  const unescaped = key.replace(/\\+r\\+n|\\+[rn]/g, '\n').trim();
  // If a JWK was escaped as a whole, its quotes also have a backslash.
  if (/^\{\s*\\+"/.test(unescaped)) return unescaped.replace(/\\+"/g, '"');
  const compact = unescaped.replace(/\s+/g, '');
  const decoded = anyBase64.test(compact)
    ? Buffer.from(compact, 'base64').toString('utf8')
    : unescapedUrl(compact);
  return /^[\s\p{Cf}]*\{\s*\\*"|-----BEGIN/u.test(decoded) ? decodedKey(decoded) : unescaped;
}

function unescapedUrl(text: string): string {
  try {
    return /^-----BEGIN%20/.test(text) ? decodeURIComponent(text) : '';
  } catch {
    return '';
  }
}

/**
 * Writes a PEM as its standard has it: https://www.rfc-editor.org/rfc/rfc7468
 *
 * @param text with the PEM somewhere in it, with any white space; parameters of an EC key may stand before it
 * @throws Error whose message says what the text is instead, without quoting any of it
 */
export function privateKeyPem(text: string): string {
  const blocks = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+?)-----([\s\S]*?)-----END \1-----/g)];
  const labels = blocks.map(([, label = '']) => label);
  const isEncrypted = labels.includes('ENCRYPTED PRIVATE KEY') || /Proc-Type:\s*4,\s*ENCRYPTED/.test(text);
  if (isEncrypted) throw new Error('it is encrypted with a passphrase');
  if (labels.includes('OPENSSH PRIVATE KEY')) {
    throw new Error('it is in the format of OpenSSH: convert it to PKCS#8 (ssh-keygen -p -m PKCS8)');
  }
  const block = blocks.find(([, label = '']) => label.endsWith('PRIVATE KEY'));
  if (!block) throw new Error(insteadOf(text, labels));
  const [, label, body = ''] = block;
  const content = body.replace(/\s+/g, '');
  if (!base64.test(content)) throw new Error('it is a PEM with characters in it that no PEM has');
  return `-----BEGIN ${label}-----\n${content.replace(/.{1,64}/g, '$&\n')}-----END ${label}-----\n`;
}

function insteadOf(text: string, labels: readonly string[]): string {
  if (labels.some((label) => label.endsWith('PUBLIC KEY'))) return 'it is the public key';
  if (labels.includes('CERTIFICATE')) return 'it is a certificate, which has no private key in it';
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text))
    return 'it is a PEM without its last line, -----END …-----';
  if (/-----END [A-Z ]*PRIVATE KEY-----/.test(text))
    return 'it is a PEM without its first line, -----BEGIN …-----';
  if (/(BEGIN|END) [A-Z ]*PRIVATE KEY/i.test(text))
    return 'it is a PEM whose first and last lines have changed: they must be in capital letters between five hyphens';
  if (text.startsWith('PuTTY-User-Key-File'))
    return 'it is in the format of PuTTY: export it as an OpenSSH key, then convert that to PKCS#8 (ssh-keygen -p -m PKCS8)';
  if (/^(?:file:|~?[./\\\w-]*\.(?:pem|key|json|txt)$)/i.test(text))
    return 'it is the name of a file, whose content should stand there';
  // The first bytes of every private key in DER.
  if (/^MI[A-Za-z0-9+/=\s]+$/.test(text))
    return 'it is a PEM without its first and last lines, -----BEGIN …----- and -----END …-----';
  return 'it is neither a PEM private key (PKCS#8, PKCS#1 or SEC 1) nor a private JWK';
}
