// Which text stands where and in which colour, for the elements that axe could not see behind; then all text is made transparent,
// so that a picture shows what is behind it. Undone by the next call without elements.
const [targets] = arguments;
if (!targets) {
  document.adoptedStyleSheets = document.adoptedStyleSheets.slice(0, -1);
  return [];
}
const texts = targets.map((target) => {
  const element = document.querySelector(target);
  const style = getComputedStyle(element);
  const boxes = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.data.trim()).flatMap((node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return [...range.getClientRects()].map(({ left, top, width, height }) => [left + scrollX, top + scrollY, width, height]);
  });
  const size = parseFloat(style.fontSize);
  // WCAG 2.2, "large scale": 18 point, or 14 point bold.
  const large = size >= 24 || (size >= 18.66 && parseInt(style.fontWeight, 10) >= 700);
  return { target, boxes, color: style.color, least: large ? 3 : 4.5 };
});
const clear = new CSSStyleSheet();
clear.replaceSync("* { color: transparent !important; text-shadow: none !important; text-decoration-color: transparent !important; transition: none !important }");
document.adoptedStyleSheets = [...document.adoptedStyleSheets, clear];
return texts;
