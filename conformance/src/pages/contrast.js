// The least contrast of each text with any pixel of the picture that is behind it (WCAG 2.2, "contrast ratio").
const [texts, picture, done] = arguments;
const luminance = ([r, g, b]) => {
  const linear = (octet) => (octet / 255 <= 0.04045 ? octet / 255 / 12.92 : ((octet / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
};
const ratio = (one, other) => (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
(async () => {
  const octets = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([octets], { type: "image/png" }));
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
  context.drawImage(bitmap, 0, 0);
  const faults = texts.flatMap(({ target, boxes, color, least }) => {
    if (boxes.length === 0) return [`${target}: no text of its own can be seen to measure`];
    const [r, g, b, alpha] = [...color.matchAll(/[\d.]+/g)].map(Number);
    if (!color.startsWith("rgb") || (alpha ?? 1) !== 1) return [`${target}: a text colour (${color}) that cannot be measured`];
    const text = luminance([r, g, b]);
    const colours = new Set();
    for (const [left, top, width, height] of boxes) {
      const pixels = context.getImageData(Math.floor(left), Math.floor(top), Math.ceil(width), Math.ceil(height)).data;
      for (let at = 0; at < pixels.length; at += 4) colours.add((pixels[at] << 16) | (pixels[at + 1] << 8) | pixels[at + 2]);
    }
    const worst = Math.min(...[...colours].map((c) => ratio(text, luminance([c >> 16, (c >> 8) & 255, c & 255]))));
    return worst < least ? [`${target}: contrast ${worst.toFixed(2)}, ${least} is needed`] : [];
  });
  done(faults);
})().catch((error) => done([`contrast could not be measured: ${error}`]));
