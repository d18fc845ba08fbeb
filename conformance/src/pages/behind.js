// Which text stands where and in which colour, for the elements that axe could not see behind; then all text is made transparent,
// so that a picture shows what is behind it. Undone by the next call without elements.
const [targets] = arguments;
if (!targets) {
  document.adoptedStyleSheets = document.adoptedStyleSheets.slice(0, -1);
  return [];
}
// What a box that scrolls or cuts off does not show is not seen.
const seen = ([left, top, right, bottom], element) => {
  if (!element) return [left + scrollX, top + scrollY, right - left, bottom - top];
  if (getComputedStyle(element).overflow === "visible") return seen([left, top, right, bottom], element.parentElement);
  const [x, y, width, height] = inside(element);
  const cut = [Math.max(left, x), Math.max(top, y), Math.min(right, x + width), Math.min(bottom, y + height)];
  return seen(cut, element.parentElement);
};
const inside = (element) => {
  const { left, top } = element.getBoundingClientRect();
  return [left + element.clientLeft, top + element.clientTop, element.clientWidth, element.clientHeight];
};
const textOf = (element) => [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.data.trim()).flatMap((node) => {
  const range = document.createRange();
  range.selectNodeContents(node);
  return [...range.getClientRects()].map(({ left, top, right, bottom }) => seen([left, top, right, bottom], element));
});
const told = (target, boxes, style) => {
  const size = parseFloat(style.fontSize);
  // WCAG 2.2, "large scale": 18 point, or 14 point bold.
  const large = size >= 24 || (size >= 18.66 && parseInt(style.fontWeight, 10) >= 700);
  const shown = boxes.filter(([, , width, height]) => width > 0 && height > 0);
  return { target, boxes: shown, color: style.color, least: large ? 3 : 4.5 };
};
const texts = targets.flatMap((target) => {
  const element = document.querySelector(target);
  const style = getComputedStyle(element);
  if (!element.matches("input")) return [told(target, textOf(element), style)];
  // A control writes one line in its middle; a file field writes in its button too.
  const line = parseFloat(style.fontSize) * 1.2;
  const box = [inside(element)].map(([x, y, width, height]) => {
    const top = y + (height - line) / 2;
    return seen([x, top, x + width, top + line], element.parentElement);
  });
  const button = getComputedStyle(element, "::file-selector-button");
  return element.type === "file"
    ? [told(target, box, style), told(`${target}::file-selector-button`, box, button)]
    : [told(target, box, style)];
});
const clear = new CSSStyleSheet();
clear.replaceSync(`
  * { color: transparent !important; text-shadow: none !important; text-decoration-color: transparent !important; transition: none !important }
  ::file-selector-button { color: transparent !important; border-color: transparent !important }
`);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, clear];
return texts;
