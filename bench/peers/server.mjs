// A server with Takumi's Node binding in worker threads, one a core: GET /<card>?title=... answers a PNG.
// Worker threads draw; the main thread speaks HTTP, gives each request to the worker that has least to do, and sends what comes back.

import { createServer } from "node:http";
import { availableParallelism } from "node:os";
import { Worker, isMainThread, parentPort } from "node:worker_threads";

if (isMainThread) {
  const port = Number(process.argv[3]);
  const waiting = new Map();
  let last = 0;
  const workers = Array.from({ length: availableParallelism() }, () => {
    const worker = new Worker(new URL(import.meta.url), { argv: [process.argv[2]] });
    const known = { worker, busy: 0 };
    worker.on("message", ({ id, picture, error }) => {
      known.busy -= 1;
      const response = waiting.get(id);
      waiting.delete(id);
      if (error) return response.writeHead(500).end(error);
      response.writeHead(200, { "Content-Type": "image/png", "Content-Length": picture.length });
      response.end(picture);
    });
    return known;
  });
  createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, "http://bench");
    const least = workers.reduce((best, each) => (each.busy < best.busy ? each : best));
    last += 1;
    least.busy += 1;
    waiting.set(last, response);
    least.worker.postMessage({ id: last, card: pathname.slice(1), title: searchParams.get("title") });
  }).listen(port, "127.0.0.1");
} else {
  const { Renderer } = await import("@takumi-rs/core");
  const { filled, fonts, material, photo } = await import("./protocol.mjs");
  const renderer = new Renderer();
  for (const font of fonts) await renderer.registerFont(font);
  const images = [{ src: material.photo, data: photo }];
  const node = ({ type, props }) => {
    const { style, children, src, width, height } = props;
    if (type === "img") return { type: "image", src, width, height, style };
    if (typeof children === "string") return { type: "text", text: children, style };
    return { type: "container", style, children: children.map(node) };
  };
  parentPort.on("message", async ({ id, card, title }) => {
    try {
      const tree = node(filled(material.cards[card], title, (src) => src));
      const picture = await renderer.render(tree, { width: material.width, height: material.height, format: "png", images });
      parentPort.postMessage({ id, picture });
    } catch (error) {
      parentPort.postMessage({ id, error: String(error) });
    }
  });
}
