interface Agent {
  userAgent: string;
  /** Chromium's newer way to say the same. */
  userAgentData?: { brands: readonly { brand: string; version: string }[]; platform: string };
}

/** Names in the browser's own words, the particular ones before those that others borrow. */
const agents: readonly [RegExp, string][] = [
  [/Edg(?:e|A|iOS)?\/([\d.]+)/, 'Edge'],
  [/OPR\/([\d.]+)/, 'Opera'],
  [/(?:Firefox|FxiOS)\/([\d.]+)/, 'Firefox'],
  [/(?:Headless)?Chrome\/([\d.]+)/, 'Chrome'],
  [/CriOS\/([\d.]+)/, 'Chrome'],
  [/Version\/([\d.]+).*Safari/, 'Safari'],
];

/** "Firefox 144" and "Linux", as far as the browser tells; its own name for itself where it is none of those known. */
export function describeBrowser({ userAgent, userAgentData }: Agent): { browser: string; platform: string } {
  const platform = userAgentData?.platform || (/\(([^;)]+)/.exec(userAgent)?.[1] ?? '');
  // One of the brands is made up, and Chromium is told beside the browser that is made of it.
  const brands = userAgentData?.brands.filter(({ brand }) => !/not.*brand/i.test(brand)) ?? [];
  const own = brands.find(({ brand }) => brand !== 'Chromium') ?? brands[0];
  if (own) return { browser: `${own.brand} ${own.version}`, platform };
  for (const [pattern, name] of agents) {
    const version = pattern.exec(userAgent)?.[1];
    if (version) return { browser: `${name} ${Number.parseInt(version)}`, platform };
  }
  return { browser: userAgent, platform };
}
