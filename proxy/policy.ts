/**
 * The hub, and the hosts that it sends downloads on to. Taggers are pushed to them as well: large files go to Xet's storage, under hf.co. The older
 * uploads to another company's storage are left out on purpose.
 */
const hub = ['https://huggingface.co', 'https://*.huggingface.co', 'https://*.hf.co'];
/** An LLM server on the visitor's own machine. */
const thisMachine = ['http://localhost:*', 'http://127.0.0.1:*'];

const directives: Record<string, string[]> = {
  'default-src': ["'self'"],
  'script-src': ["'self'", "'wasm-unsafe-eval'"],
  'worker-src': ["'self'"],
  'connect-src': ["'self'", ...hub, ...thisMachine],
  'img-src': ["'self'", 'data:', 'blob:'],
  'style-src': ["'self'"],
  'object-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
};

const print = (names: string[]): string => names.map((name) => `${name} ${directives[name]!.join(' ')}`).join('; ');

/** What the page may load and where it may send: nothing from elsewhere, no inline script or style. */
export const contentSecurityPolicy = print(Object.keys(directives));

/** The same for `<meta>`, on static hosts that send no headers; `frame-ancestors` works in a header only. */
export const contentSecurityPolicyMeta = print(Object.keys(directives).filter((name) => name !== 'frame-ancestors'));

/**
 * Sent with every answer. The two opener and embedder policies give the page shared memory (WASM threads).
 * `strict-transport-security` is missing on purpose: whoever ends TLS in front of this server decides on it.
 */
export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};
