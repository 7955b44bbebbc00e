// Satori makes an SVG of the card, resvg a PNG of that.

import { Resvg } from "@resvg/resvg-js";
import satori from "satori";
import { filled, fonts, material, photo, serve, version } from "./protocol.mjs";

const photoAddress = `data:image/jpeg;base64,${photo.toString("base64")}`;
// One object for all cards: Satori keeps what it has read from the fonts by the identity of this list.
const options = { width: material.width, height: material.height, fonts };

function source(src) {
  return src === material.photo ? photoAddress : `data:image/svg+xml;base64,${Buffer.from(src).toString("base64")}`;
}

await serve({
  name: `satori ${version("satori")} + resvg ${version("@resvg/resvg-js")}`,
  formats: ["png"],
  compose: (card, title) => filled(material.cards[card], title, source),
  draw: async (element) => {
    const svg = await satori(element, options);
    return new Resvg(svg, { font: { loadSystemFonts: false } }).render().asPng();
  },
});
