// Takumi's own Node binding. It is given its native node tree, which spares it the reading of HTML and CSS.

import { Renderer } from "@takumi-rs/core";
import { filled, fonts, material, photo, serve, version } from "./protocol.mjs";

const renderer = new Renderer();
for (const font of fonts) await renderer.registerFont(font);
const images = [{ src: material.photo, data: photo }];

function node({ type, props }) {
  const { style, children, src, width, height } = props;
  if (type === "img") return { type: "image", src, width, height, style };
  if (typeof children === "string") return { type: "text", text: children, style };
  return { type: "container", style, children: children.map(node) };
}

await serve({
  name: `@takumi-rs/core ${version("@takumi-rs/core")}`,
  formats: ["png", "jpeg", "webp"],
  compose: (card, title) => node(filled(material.cards[card], title, (src) => src)),
  draw: (tree, format, quality) =>
    renderer.render(tree, { width: material.width, height: material.height, format, images, ...(quality && { quality }) }),
});
