// What a page is, whatever device shows it: answers its faults and its weight.
// Weights are of the bodies as the browser uses them (decodedBodySize): the same with and without a cache or compression, and the
// most that a page can cost.
const faults = [];
const [limits] = arguments;
const kind = (entry) => {
  const path = new URL(entry.name).pathname;
  if (path.endsWith(".css")) return "style";
  if (path.endsWith(".js")) return "script";
  return entry.initiatorType === "img" ? "picture" : "other";
};

const root = document.documentElement;
if (!root.lang) faults.push("html has no lang");
if (!["ltr", "rtl"].includes(root.dir)) faults.push(`html has dir="${root.dir}"`);
if (document.title.trim() === "") faults.push("no title");
const headings = document.querySelectorAll("h1").length;
if (headings !== 1) faults.push(`${headings} h1`);

const weight = { page: performance.getEntriesByType("navigation")[0].decodedBodySize, style: 0, script: 0, picture: 0, other: 0 };
for (const entry of performance.getEntriesByType("resource")) {
  const origin = new URL(entry.name).origin;
  if (origin !== location.origin) faults.push(`asks ${origin} for something`);
  weight[kind(entry)] += entry.decodedBodySize;
}
if (weight.page === 0 || weight.style === 0) faults.push("the weight of the page or of its style sheet is not known");
const whole = Object.values(weight).reduce((sum, part) => sum + part, 0);
for (const [part, octets] of [["style", weight.style], ["script", weight.script], ["whole", whole]]) {
  if (octets > limits[part]) faults.push(`${part}: ${octets} octets, the limit is ${limits[part]}`);
}
return { faults, weight: { ...weight, whole } };
