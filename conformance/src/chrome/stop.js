// What has the focus, and whether anybody can see that it has; null while nothing on the page has it.
// arguments[0]: a selector; the answer says whether its first element is the one.
const at = document.activeElement;
if (!at || at === document.body || at === document.documentElement) return null;
const wanted = arguments[0];
const style = getComputedStyle(at);
const ringed = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
// WCAG 2.2, 2.4.11: the middle of what is on the screen of it is not covered by anything else.
const box = at.getBoundingClientRect();
const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth);
const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
const open = right > left && bottom > top && hit !== null && (at.contains(hit) || hit.contains(at));
const words = (at.innerText || at.getAttribute("aria-label") || at.name || at.id || "").trim().split("\n")[0].slice(0, 40);
return {
  what: `${at.localName}${at.className ? "." + at.className.split(" ").join(".") : ""} "${words}"`,
  skips: at.matches("a.skip[href='#main']"),
  seen: open && (ringed || style.boxShadow !== "none"),
  wanted: wanted !== null && at === document.querySelector(wanted),
  key: at.matches("input[type=radio], input[type=checkbox]") ? "space" : "enter",
};
