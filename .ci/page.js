// The HTML report in a browser: nothing is loaded, nothing fails, axe finds nothing, and 2,000 findings are there at once.
// usage: node .ci/page.js TOOLS PAGE...   TOOLS holds node_modules with playwright-core and axe-core
"use strict";
const fs = require("fs");
const path = require("path");
const { createRequire } = require("module");

const [tools, ...pages] = process.argv.slice(2);
const load = createRequire(path.resolve(tools, "package.json"));
const { chromium } = load("playwright-core");
const axe = fs.readFileSync(load.resolve("axe-core/axe.min.js"), "utf8");
const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];

const MOST_FOR_AXE = 100;

const faults = [];
const expect = (holds, fault) => { if (!holds) faults.push(fault); };

async function open(browser, page, options) {
  const context = await browser.newContext(options);
  const tab = await context.newPage();
  tab.on("console", (message) => expect(message.type() !== "error", `${page}: ${message.text()}`));
  tab.on("pageerror", (error) => expect(false, `${page}: ${error}`));
  tab.on("request", (request) => expect(request.url().startsWith("file:"), `${page} asks for ${request.url()}`));
  await tab.goto(`file://${path.resolve(page)}`);
  return tab;
}

async function look(browser, page) {
  const views = { desktop: {}, dark: { colorScheme: "dark" }, phone: { viewport: { width: 390, height: 844 } } };
  for (const [name, options] of Object.entries(views)) {
    const tab = await open(browser, page, options);
    const first = tab.locator("details.finding summary").first();
    if (await first.count()) await first.click();
    // Over thousands of findings that are all alike it takes minutes.
    if ((await tab.locator("details.finding").count()) > MOST_FOR_AXE) continue;
    const found = await tab.evaluate(`${axe}; axe.run().then((it) => it.violations.map((one) => one.id))`);
    console.log(`${page}, ${name}: axe ${found.length} ${found}`);
    expect(found.length === 0, `${page}, ${name}: axe finds ${found}`);
  }
  const tab = await open(browser, page, {});
  const loaded = await tab.evaluate(() => performance.getEntriesByType("navigation")[0].loadEventEnd);
  const count = await tab.locator("details.finding").count();
  console.log(`${page}: ${count} findings in ${Math.round(loaded)} ms`);
  expect(loaded < 5000, `${page} takes ${loaded} ms`);
  if (count > 0) {
    await tab.keyboard.press("/");
    await tab.keyboard.type("no such text anywhere");
    await tab.waitForFunction(() => document.getElementById("count").textContent.startsWith("0 of"));
  }
  const still = await open(browser, page, { javaScriptEnabled: false });
  expect((await still.locator("details.finding").count()) === count, `${page} lacks findings without its script`);
  expect(!(await still.locator("#controls").isVisible().catch(() => false)), `${page} shows controls without its script`);
}

(async () => {
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args });
  for (const page of pages) await look(browser, page);
  await browser.close();
  faults.forEach((fault) => console.error(fault));
  process.exit(faults.length === 0 ? 0 : 1);
})();
