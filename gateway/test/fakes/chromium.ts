import type { Browser } from 'playwright-core';

/** The npm package holds a Chromium for this platform only. */
export const whyNoChromium =
  process.platform === 'linux' && process.arch === 'x64'
    ? undefined
    : `(skipped: no Chromium for ${process.platform} ${process.arch})`;

export async function launchChromium(): Promise<Browser> {
  const [{ default: bundled }, { chromium }] = await Promise.all([
    import('@sparticuz/chromium'),
    import('playwright-core'),
  ]);
  return chromium.launch({
    executablePath: await bundled.executablePath(),
    args: bundled.args,
    headless: true,
  });
}
