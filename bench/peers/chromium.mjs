// Headless Chromium. The page of each card stays open with its fonts and its photo loaded; only the title is replaced.

import path from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { folder, material, serve } from "./protocol.mjs";

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--font-render-hinting=none"],
});
const tabs = {};
for (const card of Object.keys(material.cards)) {
  const page = await browser.newPage({ viewport: { width: material.width, height: material.height } });
  await page.goto(pathToFileURL(path.join(folder, `${card}.html`)).href);
  await page.evaluate(() => document.fonts.ready);
  tabs[card] = { page, session: await page.context().newCDPSession(page) };
}

await serve({
  name: `Chromium ${browser.version()}`,
  formats: ["png", "jpeg", "webp"],
  compose: (card, title) => ({ tab: tabs[card], title }),
  // Its work is done in the browser's own processes.
  cpu: () => null,
  draw: async ({ tab, title }, format, quality) => {
    await tab.page.evaluate((words) => {
      document.querySelector("#title").textContent = words;
    }, title);
    const shot = await tab.session.send("Page.captureScreenshot", { format, ...(quality && { quality }) });
    return Buffer.from(shot.data, "base64");
  },
});
await browser.close();
