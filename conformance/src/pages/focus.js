// Everything that takes focus by keyboard shows that it has it: a ring (outline or shadow) of at least two pixels on itself, its
// label, or what stands around it. The page has seen a Tab key before, so that `:focus-visible` holds.
const before = document.activeElement;
const takes = 'a[href], button:enabled, input:enabled:not([type="hidden"]), select:enabled, textarea:enabled, summary, [tabindex="0"]';
const rings = (element) => {
  const around = new Set([element, ...(element.labels ?? []), element.parentElement]);
  return [...around].flatMap((one) => [null, "::before", "::after"].map((part) => {
    const style = getComputedStyle(one, part);
    const outline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    return { shown: outline || style.boxShadow !== "none", looks: [style.outline, style.boxShadow].join() };
  }));
};
const faults = [];
let count = 0;
for (const element of document.querySelectorAll(takes)) {
  if (!element.checkVisibility({ visibilityProperty: true })) continue;
  count += 1;
  document.activeElement.blur();
  const idle = rings(element);
  element.focus();
  const name = `${element.localName} "${(element.textContent || element.name || "").trim().slice(0, 30)}"`;
  if (document.activeElement !== element) {
    faults.push(`${name} does not take focus`);
    continue;
  }
  const seen = rings(element).some((ring, at) => ring.shown && ring.looks !== idle[at].looks);
  if (!seen) faults.push(`${name} does not show that it has focus`);
  const box = element.getBoundingClientRect();
  if (element.matches(".skip") && box.bottom <= 0) faults.push(`${name} stays out of sight when it has focus`);
}
document.activeElement.blur();
before?.focus?.();
return { faults, count };
