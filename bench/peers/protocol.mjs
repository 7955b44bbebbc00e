// How a peer talks with the runner: one JSON request a line in, one JSON answer a line out, one card at a time.
// Request: {card, title, format, save?}. Answer: {ms, cpu_ms, bytes} or {error}.

import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";

/** The folder that the runner laid out: the cards, the photo and the fonts. */
export const folder = process.argv[2];
export const material = JSON.parse(readFileSync(path.join(folder, "cards.json"), "utf8"));
export const photo = readFileSync(path.join(folder, "photo.jpg"));
export const fonts = material.fonts.map(({ file, weight }) => ({ name: "Inter", weight, data: readFileSync(path.join(folder, file)) }));

/** A new copy of the element tree, with the title in its place and every picture source passed through `source`. */
export function filled(element, title, source) {
  const { type, props } = element;
  if (type === "img") return { type, props: { ...props, src: source(props.src) } };
  const { children } = props;
  if (typeof children === "string") return { type, props: { ...props, children: children === material.title ? title : children } };
  return { type, props: { ...props, children: children.map((child) => filled(child, title, source)) } };
}

/** The version of an installed package, for the report. */
export function version(name) {
  return JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url), "utf8")).version;
}

/**
 * Answer requests until the input ends.
 *
 * compose(card, title) makes what the peer takes, outside of the measured time; draw(composed, format, quality) renders and
 * encodes it to a Buffer, within. cpu() gives the milliseconds of processor time spent so far, or null where it cannot be known.
 */
export async function serve({ name, formats, compose, draw, cpu = processorTime }) {
  answer({ name, formats, runtime: `Node ${process.versions.node}` });
  for await (const line of createInterface({ input: process.stdin })) {
    const { card, title, format, save } = JSON.parse(line);
    try {
      const composed = compose(card, title);
      const spentBefore = cpu();
      const start = performance.now();
      const picture = await draw(composed, format, material.quality[format]);
      const ms = performance.now() - start;
      const spent = spentBefore === null ? null : cpu() - spentBefore;
      if (save) writeFileSync(save, picture);
      answer({ ms, cpu_ms: spent, bytes: picture.length });
    } catch (error) {
      answer({ error: String(error?.stack ?? error) });
    }
  }
}

function answer(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function processorTime() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
